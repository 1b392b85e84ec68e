/** The part of `react-native` that the example uses, on elements of a page. Keys of an element that a page does not know are left out. */
import { createElement, type ReactElement, type ReactNode } from 'react';

interface Props {
  readonly testID?: string;
  readonly children?: ReactNode;
}

interface InputProps extends Props {
  readonly value: string;
  readonly onChangeText: (text: string) => void;
  readonly onSubmitEditing: () => void;
}

interface ListProps<Item> {
  readonly data: readonly Item[];
  readonly keyExtractor: (item: Item) => string;
  readonly renderItem: (shown: { readonly item: Item }) => ReactElement;
}

interface Page {
  readonly document: {
    readonly visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  readonly location: { readonly search: string };
}
const page = globalThis as unknown as Page;

const block = ({ testID, children }: Props): ReactElement => createElement('div', { id: testID }, children);

export { block as KeyboardAvoidingView, block as View };

export const Text = ({ testID, children }: Props): ReactElement =>
  createElement('p', { 'data-testid': testID }, children);

export const Pressable = ({ testID, children, onPress }: Props & { readonly onPress: () => void }): ReactElement =>
  createElement('button', { 'data-testid': testID, onClick: onPress }, children);

export const TextInput = ({ testID, value, onChangeText, onSubmitEditing }: InputProps): ReactElement =>
  createElement('input', {
    'data-testid': testID,
    value,
    onChange: (event: { readonly target: { readonly value: string } }) => onChangeText(event.target.value),
    onKeyDown: (event: { readonly key: string }) => event.key === 'Enter' && onSubmitEditing(),
  });

export function FlatList<Item>({ data, keyExtractor, renderItem }: ListProps<Item>): ReactElement {
  const rows = data.map((item) => createElement('li', { key: keyExtractor(item) }, renderItem({ item })));
  return createElement('ul', null, rows);
}

export const StyleSheet = { create: <Styles>(styles: Styles): Styles => styles };

export const Platform = {
  OS: 'ios',
  select: ({ default: address }: { readonly default: string }): string =>
    new URLSearchParams(page.location.search).get('server') ?? address,
};

export const AppState = {
  addEventListener(_: 'change', listener: (state: string) => void): { remove(): void } {
    const { document } = page;
    const report = (): void => listener(document.visibilityState === 'visible' ? 'active' : 'background');
    document.addEventListener('visibilitychange', report);
    return { remove: () => document.removeEventListener('visibilitychange', report) };
  },
};
