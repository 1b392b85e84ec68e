/** Begins as a guest: one click makes an account and a character, and leads into the world. */
import { RequestError } from '@aeturnis/client';
import type { CharacterClass, CharacterView } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { postAccount } from '../session/account-api';
import { proposeName } from '../session/name-proposals';
import type { Session } from '../session/session';
import { Icon } from '../ui/icon';
import { problemText } from '../ui/problem-text';
import { ClassPicker } from './class-picker';

/** Proposed names that others have taken already, in a row, before the visitor is asked. */
const PROPOSALS = 5;

interface HeroCardProps {
  readonly session: Session;
  readonly onBegin?: () => void;
  readonly onEnter: (characterId: string) => Promise<void>;
  /** Absent for a visitor with an account and without a character. */
  readonly onLogIn?: () => void;
}

export function HeroCard({ session, onBegin, onEnter, onLogIn }: HeroCardProps): JSX.Element {
  const [name, setName] = useState(() => proposeName());
  const [isProposed, setProposed] = useState(true);
  const [chosen, setChosen] = useState<CharacterClass>('ranger');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  /** Made in an attempt that could not enter the world. */
  const [heroId, setHeroId] = useState<string | undefined>(undefined);

  const begin = async (as: string): Promise<void> => {
    if (session.userId.value === undefined) await session.playAsGuest(as);
    const token = await session.freshToken();
    const make = (): Promise<CharacterView> => postAccount('/api/characters', { name: as, class: chosen }, token);
    const id = heroId ?? (await make()).id;
    setHeroId(id);
    await onEnter(id);
  };
  const beginWithFreeName = async (): Promise<void> => {
    let as = name.trim();
    for (let proposals = 0; ; proposals += 1) {
      try {
        return await begin(as);
      } catch (error) {
        const isTaken = error instanceof RequestError && error.code === 'NAME_TAKEN';
        if (!isTaken || !isProposed || proposals === PROPOSALS) throw error;
        setName((as = proposeName()));
      }
    }
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    onBegin?.();
    setBusy(true);
    setProblem('');
    beginWithFreeName().catch((error: unknown) => {
      setProblem(problemText(error));
      setBusy(false);
    });
  };
  const change = (value: string, byDice: boolean): void => {
    setName(value);
    setHeroId(undefined);
    setProposed(byDice);
  };

  return (
    <form class="start-form" onSubmit={submit}>
      <ClassPicker value={chosen} onChange={setChosen} />
      <label class="field">
        <span>Name of your character</span>
        <span class="with-button">
          <input
            class="input"
            value={name}
            maxLength={20}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => change(currentTarget.value, false)}
          />
          <button
            type="button"
            class="button square"
            aria-label="Propose another name"
            onClick={() => change(proposeName(), true)}
          >
            <Icon name="dice" />
          </button>
        </span>
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
      <button class="button primary start-button" disabled={isBusy}>
        {isBusy ? 'Opening the gate…' : onLogIn ? 'Play as guest' : 'Enter the world'}
      </button>
      {onLogIn && (
        <button type="button" class="button quiet" onClick={onLogIn}>
          I have an account
        </button>
      )}
    </form>
  );
}
