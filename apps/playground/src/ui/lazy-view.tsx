/** A view whose script is loaded when it is shown for the first time. */
import { signal } from '@preact/signals';
import { type ComponentType, h, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { attempt } from './toasts';

export function lazyView<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const loaded = signal<{ readonly View: ComponentType<Props> } | undefined>(undefined);
  return function LazyView(props: Props): JSX.Element | null {
    useEffect(() => {
      if (!loaded.peek()) attempt(async () => (loaded.value = { View: await load() }));
    }, []);
    const { value } = loaded;
    return value ? h(value.View, props) : null;
  };
}
