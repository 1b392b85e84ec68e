/** The playground as a whole: the start card until there is a character in the world, then the game. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type EndedState, GameScreen } from './game-screen';
import { Play } from './play/play';
import { endsSession, Session } from './session/session';
import { StartScreen } from './start/start-screen';
import { withLocalTimes } from './ui/clock-time';
import { problemText } from './ui/problem-text';
import { attempt, showToast, Toasts } from './ui/toasts';

const RETRY_MS = 3_000;

const session = new Session();
const play = signal<Play | undefined>(undefined);
const isRestoring = signal(session.isRemembered);
/** Why the session of an earlier visit does not go on yet. */
const restoreProblem = signal('');

/** @throws RequestError */
async function enter(characterId: string): Promise<void> {
  const next = new Play(session);
  try {
    await next.enter(characterId);
    play.value = next;
  } catch (error) {
    next.close();
    throw error;
  }
}

function leave(): void {
  play.value?.close();
  play.value = undefined;
}

/** A server that cannot be reached is no reason to lose a session. */
async function restore(): Promise<void> {
  while (isRestoring.value) {
    try {
      await session.restore();
      isRestoring.value = false;
    } catch (error) {
      restoreProblem.value = problemText(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function beginAnew(): void {
  session.forget();
  isRestoring.value = false;
}

export function App(): JSX.Element {
  useEffect(() => void restore(), []);
  const { value: current } = play;
  const onLogOut = (): void => {
    attempt(() => session.logOut());
    leave();
  };
  const onEnded = ({ code, message }: EndedState): void => {
    // A kick or a ban ends the connection, not the session.
    if (endsSession(code)) session.forget();
    leave();
    showToast(withLocalTimes(message), true);
  };
  return (
    <>
      {current ? (
        <GameScreen play={current} onLogOut={onLogOut} onEnded={onEnded} />
      ) : (
        <StartScreen
          session={session}
          restoring={isRestoring.value ? { problem: restoreProblem.value, onGiveUp: beginAnew } : undefined}
          onEnter={enter}
        />
      )}
      <Toasts />
    </>
  );
}
