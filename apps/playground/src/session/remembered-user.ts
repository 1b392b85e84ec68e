/** The user whose session this browser keeps in its cookies; until the page is closed where nothing can be stored. */
const KEY = 'aeturnis session';
let inMemory: string | null = null;

export function rememberedUser(): string | null {
  try {
    return localStorage.getItem(KEY) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** @param userId null: no longer. */
export function rememberUser(userId: string | null): void {
  inMemory = userId;
  try {
    if (userId === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, userId);
  } catch {
    // Storage that is blocked or full.
  }
}
