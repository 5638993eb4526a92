/** How all pages look. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  autoContrast: true,
  respectReducedMotion: true,
});

/** Darker on light and lighter on dark than usual, so that all text can be read (WCAG AA). */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...{ '--mantine-color-dimmed': '#565e66', '--mantine-color-anchor': '#1864ab' },
    ...{ '--mantine-color-red-text': '#c92a2a', '--mantine-color-orange-light-color': '#9a3412' },
  },
  dark: { '--mantine-color-dimmed': '#a6a7ab', '--mantine-color-anchor': '#74c0fc' },
});
