/** What the page changes. Each change re-reads the lists it may have moved, also when it was refused: somebody else may have been first. */
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiProblem } from './api-problem.ts';
import { answered, api } from './client.ts';
import type { paths } from './schema.d.ts';

type Body<Path extends keyof paths> = paths[Path]['post'] extends {
  requestBody: { content: { 'application/json': infer Sent } };
}
  ? Sent
  : never;

const access: readonly QueryKey[] = [['requests'], ['grants'], ['can']];

function useChange<Sent, Answer>(send: (sent: Sent) => Promise<Answer>, touched: readonly QueryKey[]) {
  const queries = useQueryClient();
  return useMutation<Answer, ApiProblem, Sent>({
    mutationFn: send,
    // An answer may hold a secret: it goes with the form that asked for it.
    gcTime: 0,
    onSettled: () => {
      for (const queryKey of touched) void queries.invalidateQueries({ queryKey });
    },
  });
}

/** Asks for access. */
export const useAsk = () =>
  useChange((body: Body<'/api/requests'>) => answered(() => api.POST('/api/requests', { body })), access);

/** Agrees to a request, as asked or narrower. */
export const useApprove = (id: string) =>
  useChange(
    (body: Body<'/api/requests/{id}/approve'>) =>
      answered(() => api.POST('/api/requests/{id}/approve', { params: { path: { id } }, body })),
    access,
  );

/** Says no to a request. */
export const useDeny = (id: string) =>
  useChange(
    (body: Body<'/api/requests/{id}/deny'>) =>
      answered(() => api.POST('/api/requests/{id}/deny', { params: { path: { id } }, body })),
    access,
  );

/** Takes back one's own request. */
export const useWithdraw = (id: string) =>
  useChange(
    (_: undefined) =>
      answered(() => api.POST('/api/requests/{id}/withdraw', { params: { path: { id } }, body: {} })),
    access,
  );

/** Asks to move the end of a grant. */
export const useExtend = (id: string) =>
  useChange(
    (body: Body<'/api/grants/{id}/extend'>) =>
      answered(() => api.POST('/api/grants/{id}/extend', { params: { path: { id } }, body })),
    access,
  );

/** Ends a grant. */
export const useRevokeGrant = (id: string) =>
  useChange(
    (body: Body<'/api/grants/{id}/revoke'>) =>
      answered(() => api.POST('/api/grants/{id}/revoke', { params: { path: { id } }, body })),
    access,
  );

/** Ends one transfer. */
export const useCut = (id: string) =>
  useChange(
    (body: Body<'/api/operations/{id}/cut'>) =>
      answered(() => api.POST('/api/operations/{id}/cut', { params: { path: { id } }, body })),
    [['operations']],
  );

/** Stops a person, a repository, an upstream or everything. */
export const useMakeLock = () =>
  useChange(
    (body: Body<'/api/locks'>) => answered(() => api.POST('/api/locks', { body })),
    [['locks'], ['operations'], ['can']],
  );

/** Ends a lock. */
export const useLiftLock = (id: string) =>
  useChange(
    (body: Body<'/api/locks/{id}/lift'>) =>
      answered(() => api.POST('/api/locks/{id}/lift', { params: { path: { id } }, body })),
    [['locks'], ['can']],
  );

/** Makes a credential. */
export const useCreateCredential = () =>
  useChange(
    (body: Body<'/api/credentials'>) => answered(() => api.POST('/api/credentials', { body })),
    [['credentials']],
  );

/** Ends a credential. */
export const useRevokeCredential = (id: string) =>
  useChange(
    (_: undefined) =>
      answered(() => api.POST('/api/credentials/{id}/revoke', { params: { path: { id } }, body: {} })),
    [['credentials']],
  );

/** Registers an SSH key. */
export const useRegisterKey = () =>
  useChange((body: Body<'/api/keys'>) => answered(() => api.POST('/api/keys', { body })), [['keys']]);

/** Has an SSH certificate signed; the answer is the only one that holds it. */
export const useSignCertificate = () =>
  useChange(
    (body: Body<'/api/ssh/certificates'>) => answered(() => api.POST('/api/ssh/certificates', { body })),
    [['keys']],
  );

/** Ends an SSH key. */
export const useRevokeKey = (id: string) =>
  useChange(
    (_: undefined) =>
      answered(() => api.POST('/api/keys/{id}/revoke', { params: { path: { id } }, body: {} })),
    [['keys']],
  );

/** Takes the link of a terminal; the answer is the only one that holds its code. */
export const useShowCode = (token: string) =>
  useChange(
    (_: undefined) =>
      answered(() => api.POST('/api/key-links/{token}/code', { params: { path: { token } }, body: {} })),
    [['key-link', token]],
  );

/** Puts on record that an access report was reviewed. */
export const useSignOff = () =>
  useChange(
    (body: Body<'/api/audit/report/sign-off'>) =>
      answered(() => api.POST('/api/audit/report/sign-off', { body })),
    [['audit-report'], ['audit']],
  );
