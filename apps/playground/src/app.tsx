/** The playground as a whole: the start card until there is a character in the world, then the game. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { GameScreen } from './game-screen';
import { Play } from './play/play';
import { Session } from './session/session';
import { StartScreen } from './start/start-screen';
import { withLocalTimes } from './ui/clock-time';
import { attempt, showToast, Toasts } from './ui/toasts';

const session = new Session();
const play = signal<Play | undefined>(undefined);
const isRestoring = signal(session.isRemembered);

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

async function restore(): Promise<void> {
  await session.restore();
  isRestoring.value = false;
}

export function App(): JSX.Element {
  useEffect(() => attempt(restore), []);
  const { value: current } = play;
  const onLogOut = (): void => {
    attempt(() => session.logOut());
    leave();
  };
  const onEnded = (message: string): void => {
    attempt(() => session.logOut());
    leave();
    showToast(withLocalTimes(message), true);
  };
  return (
    <>
      {current ? (
        <GameScreen play={current} onLogOut={onLogOut} onEnded={onEnded} />
      ) : (
        <StartScreen session={session} isRestoring={isRestoring.value} onEnter={enter} />
      )}
      <Toasts />
    </>
  );
}
