/** Short names for the shapes that the OpenAPI document names. */
import type { components, paths } from './schema.d.ts';

type Schemas = components['schemas'];

export type Person = Schemas['Person'];
export type Answerers = Schemas['Answerers'];
export type Scope = Schemas['Scope'];
export type ElevationRequest = Schemas['ElevationRequest'];
export type Grant = Schemas['Grant'];
export type Operation = Schemas['Operation'];
export type EndedOperation = Schemas['EndedOperation'];
export type Running = Schemas['Running'];
export type Now = Schemas['Now'];
export type Node = Schemas['Node'];
export type Lock = Schemas['Lock'];
export type Credential = Schemas['Credential'];
export type ListedCredential = Schemas['ListedCredential'];
export type Key = Schemas['Key'];
export type Certificate = Schemas['Certificate'];
export type KeyLink = Schemas['KeyLink'];
export type Me = Schemas['Me'];
export type Rule = Schemas['Rule'];
export type Can = Schemas['Can'];
export type Problem = Schemas['Problem'];
export type AccessReport = Schemas['AccessReport'];
export type AskableRule = Me['askable'][number];
export type AskableRight = AskableRule['rights'][number];

type ReplayAnswer = paths['/api/audit/replay']['get']['responses'][200]['content']['application/json'];
export type Replayed = NonNullable<ReplayAnswer['replayed']>;
/** What stood at one moment. */
export type StoodThen = NonNullable<ReplayAnswer['moment']>;
export type Verified = paths['/api/audit/verify']['get']['responses'][200]['content']['application/json'];
