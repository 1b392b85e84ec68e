/** A form for each command of the event reference: its fields, its payload as JSON, and the answer of the server. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Play } from '../play/play';
import { CodeCopier } from './code-copier';
import { commands, type DescribedCommand, loadReference, referenceProblem } from './event-reference';
import { FieldList } from './field-list';
import { memoryOf } from './inspector-memory';
import { inspectedCommand } from './opened-inspector';
import { prettyJson } from './payload-text';
import { useShown } from './use-shown';
import { sendDraft, type SentOutcome } from './send-draft';

export function CommandView({ play }: { readonly play: Play }): JSX.Element {
  const { value: known } = commands;
  const { value: problem } = referenceProblem;
  if (!known)
    return (
      <div class="inspector-body" role="status">
        {problem === undefined ? (
          <p class="empty">Reading the event reference…</p>
        ) : (
          <div class="empty">
            <p>The event reference cannot be read: {problem}</p>
            <button class="button compact" onClick={() => void loadReference()}>
              Try again
            </button>
          </div>
        )}
      </div>
    );
  const command = known.get(inspectedCommand.value);
  const shown = command ?? known.get('chat:message') ?? [...known.values()][0];
  if (!shown) return <></>;
  const note = command ? undefined : `There is no command ${inspectedCommand.value}.`;
  return <CommandForm key={shown.name} play={play} command={shown} known={known} note={note} />;
}

interface CommandFormProps {
  readonly play: Play;
  readonly command: DescribedCommand;
  readonly known: ReadonlyMap<string, DescribedCommand>;
  /** Shown until the first command is sent. */
  readonly note: string | undefined;
}

function CommandForm({ play, command, known, note }: CommandFormProps): JSX.Element {
  const memory = memoryOf(play);
  const { draft } = memory;
  const outcome = useSignal<SentOutcome | undefined>(undefined);
  const sent = useRef(0);
  const json = draft.value ?? prettyJson(command.example);
  const payload = parseJson(json);
  const groups = new Set([...known.values()].map(({ group }) => group));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const number = (sent.current += 1);
    outcome.value = { title: 'Sent, waiting for the answer…' };
    const result = await sendDraft(play, command.name, json);
    // The answer to an earlier command does not replace that to a later one.
    if (number === sent.current) outcome.value = result;
  };
  const { value: shown = note === undefined ? undefined : { title: note, isRefused: true } } = outcome;
  const answer = useShown<HTMLDivElement>(shown);
  return (
    <form class="inspector-body command-form" onSubmit={(event) => void submit(event)}>
      <div class="command-write">
        <label class="field">
          <span>Command</span>
          <select
            class="input"
            value={command.name}
            onChange={({ currentTarget }) => memory.draftCommand(currentTarget.value)}
          >
            {[...groups].map((group) => (
              <optgroup key={group} label={group}>
                {[...known.values()]
                  .filter((each) => each.group === group)
                  .map(({ name }) => (
                    <option key={name}>{name}</option>
                  ))}
              </optgroup>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Payload as JSON</span>
          <textarea
            class="input code-input"
            rows={Math.min(12, Math.max(5, json.split('\n').length))}
            spellcheck={false}
            value={json}
            onInput={({ currentTarget }) => (draft.value = currentTarget.value)}
          />
        </label>
        <div class="command-send">
          <button class="button primary">Send</button>
          <button type="button" class="button quiet compact" onClick={() => memory.draftCommand(command.name)}>
            Use the example
          </button>
        </div>
        <div class="command-outcome" ref={answer}>
          <p class={shown?.isRefused ? 'problem' : ''} role="status">
            {shown?.title}
          </p>
          {shown?.answer !== undefined && (
            <pre class="code" tabIndex={0} role="group" aria-label="Answer">
              {prettyJson(shown.answer)}
            </pre>
          )}
        </div>
        {payload && <CodeCopier name={command.name} payload={payload.value} />}
      </div>
      <div class="command-about">
        <p>{command.summary}</p>
        <FieldList fields={command.fields} />
        <p class="small">
          <a href={`/docs/events#command-${command.name.replaceAll(':', '-')}`} target="_blank" rel="noreferrer">
            {command.name} in the event reference
          </a>
        </p>
      </div>
    </form>
  );
}

function parseJson(json: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
