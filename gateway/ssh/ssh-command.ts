/** How a person reaches the SSH door in a terminal: `ssh git.example.com`, with its port where that is not SSH's own. */
export function sshCommand(place: { readonly host: string; readonly port: number }): string {
  return place.port === 22 ? `ssh ${place.host}` : `ssh -p ${place.port} ${place.host}`;
}
