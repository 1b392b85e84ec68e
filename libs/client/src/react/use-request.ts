/** A command with the state of its latest request. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RequestError } from '../base/request-error';
import type { CommandName, CommandPayload, CommandResult } from '../base/contract-types';
import type { RequestOptions } from '../requests/requests';
import { useClient } from './client-context';

interface RequestState<Name extends CommandName> {
  readonly isPending: boolean;
  readonly result?: CommandResult<Name>;
  readonly error?: RequestError;
}

export interface RequestHook<Name extends CommandName> extends RequestState<Name> {
  /** Resolves with the result, or with undefined after an error, which is in `error`. Never rejects. */
  readonly send: (payload: CommandPayload<Name>, options?: RequestOptions) => Promise<CommandResult<Name> | undefined>;
}

const IDLE = { isPending: false };

/** If requests overlap, the state is that of the latest one. */
export function useRequest<Name extends CommandName>(name: Name): RequestHook<Name> {
  const client = useClient();
  const [state, setState] = useState<RequestState<Name>>(IDLE);
  const latest = useRef(0);
  // What is answered after the component has been removed changes nothing.
  useEffect(
    () => () => {
      latest.current++;
    },
    [],
  );
  const send = useCallback<RequestHook<Name>['send']>(
    async (payload, options) => {
      const own = ++latest.current;
      const show = (next: RequestState<Name>): void => {
        if (own === latest.current) setState(next);
      };
      show({ isPending: true });
      try {
        const result = await client.request(name, payload, options);
        show({ isPending: false, result });
        return result;
      } catch (error) {
        show({ isPending: false, error: error as RequestError });
        return undefined;
      }
    },
    [client, name],
  );
  return { ...state, send };
}
