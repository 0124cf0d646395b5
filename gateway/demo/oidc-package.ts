/** oidc-provider, loaded without its remark that Node 20 is too old for it: what the demo uses works there. */

/** The two exports of the package that the demo uses. */
export const { Provider, interactionPolicy } = await quietly(() => import('oidc-provider'));

async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}
