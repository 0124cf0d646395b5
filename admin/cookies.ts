/** The two cookies: a sign-in's id, and the id that binds attempts to a browser. Both opaque, both for this host alone. */
import type { CookieSerializeOptions } from '@fastify/cookie';

/** `__Host-`: browsers take it from this very host over TLS only, for all paths, so no neighbour can set it. */
export const signInCookie = '__Host-sluice';
export const browserCookie = '__Host-sluice-browser';

/** Lax, so that the provider's redirect back brings them; scripts never see them. */
const settings: CookieSerializeOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' };

/** Settings of the sign-in cookie: it goes with the browser's session, the server's limits decide. */
export const signInCookieSettings: CookieSerializeOptions = settings;

/** An hour covers any trip to the provider and back. */
export const browserCookieSettings: CookieSerializeOptions = { ...settings, maxAge: 3_600 };
