// What the players of a demonstration do: call the API, send commands, wait for events.
const PATIENCE_MS = 10_000;

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

/** The next event of a name that fits. */
export function next(socket, event, fits = () => true) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    const hear = (payload) => {
      if (!fits(payload)) return;
      clearTimeout(timer);
      socket.off(event, hear);
      resolve(payload);
    };
    socket.on(event, hear);
  });
}

export async function command(socket, event, payload) {
  const answer = await socket.timeout(PATIENCE_MS).emitWithAck(event, payload);
  if (!answer.success) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
  return answer;
}
