/** A cell with the outlines of two who drew it. */
export function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
      <circle cx="13" cy="13" r="12" fill="#0d1b2a" />
      <circle cx="13" cy="13" r="5.4" fill="#50e07a" />
      <circle cx="12" cy="12.2" r="7.6" fill="none" stroke="#ffb000" strokeWidth="1.6" />
      <circle cx="14.2" cy="13.8" r="7.2" fill="none" stroke="#00beff" strokeWidth="1.6" />
    </svg>
  );
}
