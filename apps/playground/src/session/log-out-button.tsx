/** Logs out. A guest is asked first, because it cannot log in again. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Session } from './session';

interface LogOutButtonProps {
  readonly session: Session;
  readonly onLogOut: () => void;
}

export function LogOutButton({ session, onLogOut }: LogOutButtonProps): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const { value: isGuest } = session.isGuest;
  return (
    <>
      <button class="button" onClick={isGuest ? () => setAsked(!isAsked) : onLogOut}>
        Log out
      </button>
      {isGuest && isAsked && (
        <div class="row keep" role="alert">
          <p>A guest without a password cannot log in again. All that it has is lost.</p>
          <button class="button" onClick={onLogOut}>
            Lose this guest
          </button>
        </div>
      )}
    </>
  );
}
