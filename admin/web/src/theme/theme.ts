/** Colours, type and measures of the page; every pair of text and ground has a contrast of 4.5 and more, light and dark. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The colour of water in shade: what can be acted on. */
const water: MantineColorsTuple = [
  '#e8f7f6',
  '#d3ecea',
  '#a6d8d4',
  '#74c2bd',
  '#4dafa9',
  '#2c9a95',
  '#12807d',
  '#0b6b6b',
  '#085858',
  '#034545',
];

/** For what ends or refuses something: dark enough for white words on it. */
const red: MantineColorsTuple = [
  '#fde8e6',
  '#fbd3cf',
  '#f5a9a2',
  '#ee7c72',
  '#e2584c',
  '#d33f32',
  '#c62f23',
  '#b42318',
  '#981b12',
  '#7c140d',
];

/** The greys of the dark scheme, with a little of the water in them. */
const dark: MantineColorsTuple = [
  '#e6ecea',
  '#b7c2bf',
  '#9fadaa',
  '#74817e',
  '#465355',
  '#313b3d',
  '#242d2f',
  '#1c2325',
  '#14191b',
  '#0c1012',
];

/** The theme Mantine draws with. */
export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: { light: 7, dark: 6 },
  colors: { water, red, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650' },
});

/** Colours that Mantine has no word for, and those of its own that are too pale to read. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f8f8',
    '--mantine-color-text': '#17211f',
    '--mantine-color-dimmed': '#56635f',
    '--mantine-color-placeholder': '#66726f',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': '#085858',
    '--mantine-color-red-light': '#fde8e6',
    '--mantine-color-red-light-hover': '#fbd3cf',
    '--mantine-color-red-light-color': '#a1190f',
    '--mantine-color-default-border': '#c5cfcc',
    '--sluice-surface': '#ffffff',
    '--sluice-line': '#dde4e2',
    '--sluice-field': '#f0f4f3',
    '--sluice-good-text': '#0a6145',
    '--sluice-good-soft': '#dff3ea',
    '--sluice-warn-text': '#7a4a00',
    '--sluice-warn-soft': '#fdf0d5',
    '--sluice-bad-text': '#a1190f',
    '--sluice-bad-soft': '#fde8e6',
    '--sluice-quiet-soft': '#e9eeed',
    '--sluice-bar': '#12807d',
  },
  dark: {
    '--mantine-color-body': '#14191b',
    '--mantine-color-text': '#e6ecea',
    '--mantine-color-dimmed': '#9fadaa',
    '--mantine-color-placeholder': '#8d9b98',
    '--mantine-color-error': '#ff9d94',
    '--mantine-color-anchor': '#74c2bd',
    '--mantine-color-red-light': '#43201d',
    '--mantine-color-red-light-hover': '#552723',
    '--mantine-color-red-light-color': '#ffaaa2',
    '--sluice-surface': '#1c2325',
    '--sluice-line': '#313b3d',
    '--sluice-field': '#151b1d',
    '--sluice-good-text': '#7fdcb4',
    '--sluice-good-soft': '#153a2d',
    '--sluice-warn-text': '#f3c877',
    '--sluice-warn-soft': '#3d2f12',
    '--sluice-bad-text': '#ffaaa2',
    '--sluice-bad-soft': '#43201d',
    '--sluice-quiet-soft': '#2a3335',
    '--sluice-bar': '#2c9a95',
  },
});
