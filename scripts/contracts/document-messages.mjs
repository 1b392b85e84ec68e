// Finds the message of an operation, or of its reply, in an event document.

export function messageOf({ components }, { messages }) {
  return components.messages[messages[0].$ref.split('/').at(-1)];
}
