/** Welcomes a visitor who is logged in: continues with a character, or makes one. */
import type { CharacterView } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../session/account-api';
import { LogOutButton } from '../session/log-out-button';
import type { Session } from '../session/session';
import { problemText } from '../ui/problem-text';
import { attempt } from '../ui/toasts';
import { wordsOf } from '../world/zone-map';
import { HeroCard } from './hero-card';
import { Portrait } from './portrait';

interface ReturningCardProps {
  readonly session: Session;
  readonly onEnter: (characterId: string) => Promise<void>;
}

export function ReturningCard({ session, onEnter }: ReturningCardProps): JSX.Element {
  const [heroes, setHeroes] = useState<readonly CharacterView[] | undefined>(undefined);
  const [busyId, setBusyId] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const read = async (): Promise<void> =>
      setHeroes(await getJson<CharacterView[]>('/api/characters', await session.freshToken()));
    read().catch((error: unknown) => setProblem(problemText(error)));
  }, []);
  const enter = (id: string): void => {
    setBusyId(id);
    onEnter(id).catch((error: unknown) => {
      setProblem(problemText(error));
      setBusyId(undefined);
    });
  };
  return (
    <div class="start-form">
      {heroes?.length === 0 && <HeroCard session={session} onEnter={onEnter} />}
      <ul class="heroes">
        {heroes?.map((hero) => (
          <li key={hero.id}>
            <button class="hero" disabled={busyId !== undefined} onClick={() => enter(hero.id)}>
              <Portrait of={hero.class} />
              <span>
                <strong>{hero.name}</strong>
                <span class="small muted">
                  level {hero.level} {hero.class}, {wordsOf(hero.zone)}
                </span>
              </span>
              <span class="hero-go">{busyId === hero.id ? 'Opening…' : 'Continue'}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="problem" role="alert">
        {problem}
      </p>
      <LogOutButton session={session} onLogOut={() => attempt(() => session.logOut())} />
    </div>
  );
}
