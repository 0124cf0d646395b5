/** What holds where `sluice.yaml` says nothing; each value in the file's own notation, unit included. */

export const defaults = {
  ssh: {
    allowCriticalAnswers: false,
    userCertificates: { life: '12h' },
    signInLink: { offer: 'terminals', keyLife: '12h' },
  },
  ops: { listen: '127.0.0.1:9464' },
  store: { timeout: '2s' },
  oidc: {
    scopes: ['openid', 'profile', 'email'],
    groupsClaim: 'groups',
    groupsMaxAge: '12h',
    emailVerified: 'required',
    clockTolerance: '60s',
    recheck: { offlineAccess: 'advertised', every: '5m', alarmAfter: '15m' },
  },
  signIn: { idle: '2h', life: '12h' },
  credentials: { maxLife: '90d' },
  upstream: { suffix: '.git', gate: 'seal', allowPlainHttp: false, allowPrivateAddresses: true },
  /** Kinds of host that take names differing only in case for one. */
  foldsCase: { github: true, gitlab: true, bitbucket: true, gitea: true, generic: false },
  right: {
    approval: 1,
    maxDuration: '8h',
    decideWithin: '24h',
    refs: ['refs/heads/**', 'refs/tags/**'],
    kinds: ['create', 'update', 'delete'],
  },
  audit: {
    onFailure: 'refuse',
    segmentSize: '64MiB',
    segmentAge: '24h',
    compress: true,
    checkpoint: { entries: 1_000, seconds: 60 },
  },
  limits: {
    // Longer than 10 min, so that no slow host, hook or link counts as dead (Node's own 300 s and 5 s do).
    idle: '15m',
    keepAlive: '12m',
    headers: '60s',
    tlsHandshake: '20s',
    upstreamConnect: '20s',
    report: '15m',
    cutGrace: '2s',
    storeGrace: '60s',
    criticalStoreGrace: '10s',
    drain: '30s',
    maxHeaderSize: '16KiB',
    maxFetchRequest: '32MiB',
    maxConnections: 8_192,
    maxConnectionsPerAddress: 2_048,
    maxAuthFailuresPerMinute: 30,
    maxWait: '1h',
    maxWaits: 1_000,
    maxWaitsPerPerson: 100,
  },
  log: { level: 'info' },
} as const;

/** What a critical rule demands whatever else it says. */
export const critical = { maxDuration: '8h', minReason: 20 } as const;
