/** Asks the page to log out, from wherever the button is. */
const REQUEST = 'aeturnis log out';

export function requestLogOut(): void {
  dispatchEvent(new Event(REQUEST));
}

/** @returns what ends the listening. */
export function onLogOutRequest(listener: () => void): () => void {
  addEventListener(REQUEST, listener);
  return () => removeEventListener(REQUEST, listener);
}
