/** What the contracts need of an engine besides ECMAScript; the client itself uses nothing of it. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
