/** docs/events/events.html shows the event document: as generated, complete, small, and without scripts. `WRITE=1` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { EventDocument } from './document/event-document';
import { entryAnchor, messageOf } from './page/entry-section';
import { eventsPage } from './page/events-page';
import { policyText } from './page/policy-text';

const FOLDER = join(__dirname, '../../docs/events');
const MAX_GZIPPED_BYTES = 80_000;
const document = JSON.parse(readFileSync(join(FOLDER, 'events.json'), 'utf8')) as EventDocument;
const generated = eventsPage(document);
if (process.env['WRITE'] === '1') writeFileSync(join(FOLDER, 'events.html'), generated);
const page = readFileSync(join(FOLDER, 'events.html'), 'utf8');
const style = readFileSync(join(FOLDER, 'events.css'), 'utf8');

it('events page: is as generated; otherwise run npm run docs:events', () => {
  expect(page).toBe(generated);
});

it('events page: has a section for each command and event, with sentence, code, and receivers or errors', () => {
  for (const operation of Object.values(document.operations)) {
    const { name } = messageOf(document, operation);
    const [, section = ''] = page.split(`<section id="${entryAnchor(operation, name)}">`);
    const text = section.split('</section>')[0] ?? '';
    expect([name, text]).toEqual([
      name,
      expect.stringMatching(/<h4>Fields<\/h4>.*Example.*Client SDK.*JavaScript.*Python/s),
    ]);
    expect([name, text]).toEqual([name, expect.stringContaining(operation.action === 'send' ? 'Receivers' : 'Errors')]);
  }
});

it('events page: each link leads to an anchor of the page, and each anchor exists once', () => {
  const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, anchor]) => anchor);
  expect(anchors).toEqual([...new Set(anchors)]);
  const targets = new Set([...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target));
  expect([...targets].filter((target) => !anchors.includes(target))).toEqual([]);
});

it('events page: has no script, no inline style and nothing of other origins', () => {
  expect(page).not.toMatch(/<script|<style|style=|\son\w+=|src=|https?:\/\/(?!localhost:3000)/i);
  expect(style).not.toMatch(/@import|url\(/);
});

it(`events page: is at most ${MAX_GZIPPED_BYTES} bytes when compressed, with its style sheet`, () => {
  expect(gzipSync(page).length + gzipSync(style).length).toBeLessThan(MAX_GZIPPED_BYTES);
});

it('rate policy: is shown in words', () => {
  const policy = { limit: 1, windowMs: 2_000, burst: 1, scope: 'node', excess: 'drop', per: ['channel'] } as const;
  expect(policyText(policy)).toBe(
    '1 per 2 seconds for each `channel`, 1 at once, on each node. What is beyond that is dropped without an error.',
  );
});
