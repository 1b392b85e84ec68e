/** A line of text with a button. */
import { type ReactElement, useState } from 'react';
import { Pressable, StyleSheet, Text, TextInput, View } from 'react-native';

interface Props {
  /** Of the input, for tests. */
  readonly name: string;
  readonly label: string;
  readonly onSubmit: (text: string) => void;
}

export function LineInput({ name, label, onSubmit }: Props): ReactElement {
  const [text, setText] = useState('');
  const submit = (): void => {
    if (text.trim() === '') return;
    onSubmit(text);
    setText('');
  };
  return (
    <View style={styles.row}>
      <TextInput
        testID={name}
        accessibilityLabel={label}
        placeholder={label}
        style={styles.input}
        value={text}
        onChangeText={setText}
        onSubmitEditing={submit}
        autoCapitalize="none"
      />
      <Pressable testID={`${name}-send`} accessibilityRole="button" onPress={submit}>
        <Text>Send</Text>
      </Pressable>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: 8 },
  input: { flex: 1, borderWidth: 1, borderRadius: 4, padding: 8, color: 'black' },
});
