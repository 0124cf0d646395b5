/** The page's few signs, drawn as lines in the colour of the text; always beside words, so hidden from readers. */

const lines = {
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z',
  system: 'M12 3.500a8.500 8.500 0 1 0 0 17zM12 3.500a8.500 8.500 0 0 1 0 17',
  plus: 'M12 5v14M5 12h14',
} as const;

export type IconName = keyof typeof lines;

/** One sign, as large as the text beside it unless told. */
export function Icon({ name, size = '1.15em' }: { name: IconName; size?: string }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={lines[name]} />
      {name === 'system' && <path d="M12 3.500a8.500 8.500 0 0 0 0 17z" fill="currentColor" />}
    </svg>
  );
}
