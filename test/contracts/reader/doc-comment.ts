/** Parses the doc comment of a contract or a type: one sentence, details, and tags. */
import ts from 'typescript';

export interface DocTag {
  readonly name: string;
  readonly text: string;
}

export interface DocComment {
  /** The first sentence, with its full stop; empty if the comment has none. */
  readonly sentence: string;
  readonly details: string;
  readonly tags: readonly DocTag[];
}

const NO_COMMENT: DocComment = { sentence: '', details: '', tags: [] };
const FIRST_SENTENCE = /^([A-Z`].*?[.])(?:\s+(.*))?$/s;

/** @param text from the slashes at its beginning to those at its end. */
export function parseDocComment(text: string): DocComment {
  const lines = text
    .slice('/**'.length, -'*/'.length)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [description = '', ...tags] = lines.join('\n').split(/^\s*@(?=[a-z])/m);
  const [, sentence = '', details = ''] = FIRST_SENTENCE.exec(inOneLine(description)) ?? [];
  return { sentence, details, tags: tags.map(parseTag) };
}

/** The doc comment that stands directly before a node. */
export function docCommentOf(node: ts.Node): DocComment {
  const source = node.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(source, node.getFullStart()) ?? [];
  const text = comments.map(({ pos, end }) => source.slice(pos, end)).findLast((comment) => comment.startsWith('/**'));
  return text === undefined ? NO_COMMENT : parseDocComment(text);
}

export const tagsNamed = ({ tags }: DocComment, name: string): string[] =>
  tags.filter((tag) => tag.name === name).map(({ text }) => text);

function parseTag(tag: string): DocTag {
  const [name = ''] = /^[a-z]+/.exec(tag) ?? [];
  return { name, text: inOneLine(tag.slice(name.length)) };
}

const inOneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
