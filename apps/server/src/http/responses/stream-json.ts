/** Streams JSON that is generated in chunks, with back-pressure from the client. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** The answer of a route that writes it to the response itself: the text of a `T` in JSON, in chunks. */
export interface Streamed<T> {
  /** Only a type: nothing is returned. */
  readonly streamed?: T;
}

/**
 * An error before the first chunk is answered like any other. A later error closes the connection, so that the client does not
 * take the partial response for complete. If the client reads nothing for `stallMs` or disconnects, the generator is ended.
 */
export async function streamJson(response: Response, chunks: AsyncGenerator<string>, stallMs: number): Promise<void> {
  const first = await chunks.next();
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setTimeout(stallMs, () => response.destroy());
  try {
    await pipeline(Readable.from(prependChunk(first, chunks)), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* prependChunk(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
