/** The console as a whole: the login until an administrator is logged in, then the views. */
import { RequestError } from '@aeturnis/client';
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { postWithoutCookies } from '../session/account-api';
import { Session } from '../session/session';
import { withLocalTimes } from '../ui/clock-time';
import { attempt, showToast, Toasts } from '../ui/toasts';
import { Admin } from './admin';
import type { FirstAdministrator } from './first-administrator-form';
import { LogIn } from './log-in';
import { Shell } from './shell';
import { ActionDialog } from './ui/action-dialog';

const session = new Session();
const admin = signal<Admin | undefined>(undefined);
const isRestoring = signal(session.isRemembered);
/** The account is logged in, but has no role for the console. */
const isRefused = signal(false);

/** @throws RequestError */
async function open(): Promise<void> {
  const next = new Admin(session, onEnded);
  try {
    await next.open();
    isRefused.value = false;
    admin.value = next;
  } catch (error) {
    next.close();
    if (!(error instanceof RequestError) || error.code !== 'FORBIDDEN') throw error;
    isRefused.value = true;
  }
}

function close(): void {
  admin.value?.close();
  admin.value = undefined;
}

function onEnded(message: string): void {
  close();
  showToast(withLocalTimes(message), true);
}

async function restore(): Promise<void> {
  try {
    if (await session.restore()) await open();
  } finally {
    isRestoring.value = false;
  }
}

/** @throws RequestError */
async function logIn(username: string, password: string): Promise<void> {
  await session.logIn(username, password);
  await open();
}

/** Without the session of this browser, which the login replaces. @throws RequestError */
async function register({ username, password, adminToken }: FirstAdministrator): Promise<void> {
  await postWithoutCookies('/api/auth/register', { username, password, adminToken });
  await logIn(username, password);
}

function logOut(): void {
  close();
  isRefused.value = false;
  attempt(() => session.logOut());
}

export function Console(): JSX.Element {
  useEffect(() => attempt(restore), []);
  const { value: current } = admin;
  return (
    <>
      {current ? (
        <Shell admin={current} onLogOut={logOut} />
      ) : (
        <LogIn isBusy={isRestoring.value} isRefused={isRefused.value} onLogIn={logIn} onRegister={register} />
      )}
      <ActionDialog />
      <Toasts />
    </>
  );
}
