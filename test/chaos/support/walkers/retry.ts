/** Retries the preparations of a walk, which may fail at first on a busy machine. */
const ATTEMPTS = 6;

export async function retry<Done>(attempt: () => Promise<Done>): Promise<Done> {
  for (let left = ATTEMPTS - 1; left > 0; left--) {
    try {
      return await attempt();
    } catch {
      // The last attempt, below, throws its error.
    }
  }
  return attempt();
}
