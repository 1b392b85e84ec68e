/** For what has to be done before a walk: a machine that is busy with other things may make it fail at first. */
const ATTEMPTS = 6;

export async function patiently<Done>(attempt: () => Promise<Done>): Promise<Done> {
  for (let left = ATTEMPTS - 1; left > 0; left--) {
    try {
      return await attempt();
    } catch {
      // The last attempt says why.
    }
  }
  return attempt();
}
