/** A line of text with a button. */
import { type ReactElement, useState } from 'react';
import { Pressable, StyleSheet, Text, TextInput, View } from 'react-native';

interface Props {
  /** Of the input, for tests. */
  readonly name: string;
  readonly label: string;
  /** If it fails, the text stays in the input. */
  readonly onSubmit: (text: string) => Promise<unknown>;
}

export function LineInput({ name, label, onSubmit }: Props): ReactElement {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = async (): Promise<void> => {
    if (text.trim() === '') return;
    try {
      setText('');
      setProblem(undefined);
      await onSubmit(text);
    } catch (error) {
      setText(text);
      setProblem((error as Error).message);
    }
  };
  return (
    <View style={styles.row}>
      {problem !== undefined && <Text testID={`${name}-problem`}>{problem}</Text>}
      <TextInput
        testID={name}
        accessibilityLabel={label}
        placeholder={label}
        style={styles.input}
        value={text}
        onChangeText={setText}
        onSubmitEditing={() => void submit()}
        autoCapitalize="none"
      />
      <Pressable testID={`${name}-send`} accessibilityRole="button" onPress={() => void submit()}>
        <Text>Send</Text>
      </Pressable>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: 8 },
  input: { flex: 1, borderWidth: 1, borderRadius: 4, padding: 8, color: 'black' },
});
