// Client functions of the demos: call the API, send commands, wait for events.
const TIMEOUT_MS = 10_000;

export async function post(url, path, body, token) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${answer.error.message}`);
  return answer;
}

/** Resolves with the payload of the next event that matches. */
export function waitForEvent(socket, event, matches = () => true, timeoutMs = TIMEOUT_MS) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${timeoutMs} ms`)), timeoutMs);
    const onEvent = (payload) => {
      if (!matches(payload)) return;
      clearTimeout(timer);
      socket.off(event, onEvent);
      resolve(payload);
    };
    socket.on(event, onEvent);
  });
}

export async function emitCommand(socket, event, payload) {
  const answer = await socket.timeout(TIMEOUT_MS).emitWithAck(event, payload);
  if (!answer.success) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
  return answer;
}
