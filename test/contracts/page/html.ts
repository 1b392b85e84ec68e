/** Small building blocks of HTML. All texts are escaped. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

export const inlineCode = (text: string): string => `<code>${escapeHtml(text)}</code>`;

/** A text with `code` between backticks. */
export const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

export const linkTo = (anchor: string, html: string): string => `<a href="#${anchor}">${html}</a>`;

export const codeBlock = (text: string): string => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;

export const foldable = (summary: string, html: string): string =>
  `<details><summary>${escapeHtml(summary)}</summary>${html}</details>`;
