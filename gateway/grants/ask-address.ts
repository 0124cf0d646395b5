/** Where access to one repository is asked for, filled in. */
import type { Right } from '../store/records.ts';

/** @param publicUrl `https://git.example.com`, without a slash at the end */
export function askAddress(publicUrl: string, repository: string, right: Right): string {
  return `${publicUrl}/ask/${repository.split('/').map(encodeURIComponent).join('/')}?right=${right}`;
}
