/** Sends JSON that is made piece by piece, as fast as the client takes it. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * What fails before the first piece is answered like any error. What fails later breaks the connection off: the client
 * gets no end of the answer, and so does not take the beginning for all. A client that reads nothing for `stallMs`, or
 * goes away, ends it as well, and no further piece is made.
 */
export async function sendJson(response: Response, pieces: AsyncGenerator<string>, stallMs: number): Promise<void> {
  const first = await pieces.next();
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setTimeout(stallMs, () => response.destroy());
  try {
    await pipeline(Readable.from(startingWith(first, pieces)), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* startingWith(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
