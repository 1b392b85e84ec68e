/** Renders docs/events/events.html from the event document: a page without scripts, whose only other file is its style sheet. */
import { CONNECT_SAMPLES, SAMPLE_LABELS } from '../../../scripts/contracts/code-samples.mjs';
import type { DocumentOperation, EventDocument } from '../document/event-document';
import { SCHEMA_PREFIX } from '../document/json-schema';
import { entryAnchor, entrySection, messageOf } from './entry-section';
import { fieldTables } from './field-table';
import { codeBlock, escapeHtml, inlineCode, linkTo, prose } from './html';
import { typeAnchor } from './schema-text';

export function eventsPage(document: EventDocument): string {
  const groups = groupByTag(Object.values(document.operations));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<title>${escapeHtml(document.info.title)}</title>
<link rel="stylesheet" href="/docs/events.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><h1>Events</h1><p>${escapeHtml(document.info.version)} · ${linkTo('content', 'Commands and events')} · <a href="/docs">HTTP API</a> · <a href="/docs/events.json">AsyncAPI 3.1</a></p></header>
<nav aria-label="Commands and events">${[...groups].map(([tag, entries]) => navGroup(document, tag, entries)).join('')}<p>${linkTo('errors', 'Errors')}</p><p>${linkTo('types', 'Types')}</p></nav>
<main id="content">
${introduction(document)}
${[...groups].map(([tag, entries]) => `<h2 id="${tag}">${escapeHtml(tag)}</h2>${entries.map((entry) => entrySection(document, entry)).join('\n')}`).join('\n')}
${errorsSection(document)}
${typesSection(document)}
</main>
</body>
</html>
`;
}

function groupByTag(operations: readonly DocumentOperation[]): Map<string, DocumentOperation[]> {
  const groups = new Map<string, DocumentOperation[]>();
  for (const operation of operations) {
    const tag = operation.tags[0]?.name ?? '';
    groups.set(tag, [...(groups.get(tag) ?? []), operation]);
  }
  return groups;
}

function navGroup(document: EventDocument, tag: string, entries: readonly DocumentOperation[]): string {
  const items = entries.map((operation) => {
    const { name } = messageOf(document, operation);
    const arrow = operation.action === 'receive' ? '→' : '←';
    return `<li>${linkTo(entryAnchor(operation, name), `<b>${arrow}</b> ${escapeHtml(name)}`)}</li>`;
  });
  return `<details><summary>${escapeHtml(tag)}</summary><ul>${items.join('')}</ul></details>`;
}

const introduction = ({ info }: EventDocument): string => `<p class="lead">${prose(info.description)}</p>
<p>→ is a command, which clients send. ← is an event, which the server sends.</p>
${SAMPLE_LABELS.map(([language, label]) => `<h4>${label}</h4>${codeBlock(CONNECT_SAMPLES[language])}`).join('\n')}
<p>An answer is <code>{ success: true, … }</code> with the fields of its result, or <code>{ success: false, error }</code> with an ${linkTo('errors', 'error')}. A command that is dropped answers <code>{ success: true, dropped: true }</code>.</p>`;

function errorsSection({ 'x-error-codes': codes }: EventDocument): string {
  const rows = Object.entries(codes).map(
    ([code, { description, retryable, general }]) =>
      `<tr id="error-${code}"><th scope="row">${inlineCode(code)}<i>${general ? 'general' : ''}</i></th><td>${retryable ? 'retry later' : ''}</td><td>${prose(description)}</td></tr>`,
  );
  return `<h2 id="errors">Errors</h2><p>Every command can answer the general ones.</p><table>${rows.join('')}</table>`;
}

/** The types to which fields refer; a payload that is used as a whole is shown with its command. */
function typesSection(document: EventDocument): string {
  const { schemas, messages } = document.components;
  const text = JSON.stringify([schemas, messages]);
  const sections = Object.entries(schemas)
    .filter(([name, schema]) => !schema.enum && text.includes(`"${SCHEMA_PREFIX}${name}"`))
    .map(
      ([name, schema]) =>
        `<section id="${typeAnchor(name)}"><h3>${linkTo(typeAnchor(name), inlineCode(name))}</h3><p>${prose(schema.description ?? '')}</p>${fieldTables(schema, schemas)}</section>`,
    );
  return `<h2 id="types">Types</h2>${sections.join('\n')}`;
}
