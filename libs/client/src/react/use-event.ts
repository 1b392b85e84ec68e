/** Events of the server in a component. */
import { useEffect, useRef } from 'react';
import type { EventName } from '@aeturnis/contracts';
import type { ServerEvents } from '../base/contract-types';
import { useClient } from './client-context';

/** Calls the listener of the latest render for each event of this name, while the component is shown. */
export function useEvent<Name extends EventName>(name: Name, listener: (payload: ServerEvents[Name]) => void): void {
  const client = useClient();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => client.on(name, (payload) => latest.current(payload)), [client, name]);
}
