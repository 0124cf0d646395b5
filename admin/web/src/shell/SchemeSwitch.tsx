/** Light, dark, or as the system has it. */
import { ActionIcon, type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { Icon } from './Icon.tsx';

const order: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];
const looks = {
  auto: { icon: 'system', words: 'as the system has them' },
  light: { icon: 'sun', words: 'light' },
  dark: { icon: 'moon', words: 'dark' },
} as const;

/** Goes to the next of the three. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = order[(order.indexOf(colorScheme) + 1) % order.length] ?? 'auto';
  const { icon, words } = looks[colorScheme];
  const label = `Colours: ${words}; switch to ${looks[next].words}`;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      <Icon name={icon} size="1.25rem" />
    </ActionIcon>
  );
}
