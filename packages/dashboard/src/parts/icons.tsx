/** Small drawings of our own; each stands beside a word, so assistive technology passes over it. */
import type { ComponentChildren } from 'preact'
import type { VerdictState } from '../../../server/src/http/api.ts'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

/** Each state has a shape of its own, so that it is told apart without its colour. */
export function StateIcon({ state }: { readonly state: VerdictState }) {
  switch (state) {
    case 'kept':
      return (
        <Icon>
          <circle cx="8" cy="8" r="6.5" />
          <path d="m5 8.2 2.1 2.1L11 6.2" />
        </Icon>
      )
    case 'at-risk':
      return (
        <Icon>
          <path d="M8 1.8 14.6 13.6H1.4Z" />
          <path d="M8 6.2v3.4M8 11.6v.1" />
        </Icon>
      )
    case 'breached':
      return (
        <Icon>
          <path class="solid" d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3Z" />
          <path class="on-solid" d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" />
        </Icon>
      )
    case 'unknown':
      return (
        <Icon>
          <circle cx="8" cy="8" r="6.5" stroke-dasharray="2.2 2" />
          <path d="M5.6 8h4.8" />
        </Icon>
      )
  }
}

export function SearchIcon() {
  return (
    <Icon>
      <circle cx="7" cy="7" r="4.7" />
      <path d="m10.6 10.6 3.6 3.6" />
    </Icon>
  )
}

export function ThemeIcon({ theme }: { readonly theme: 'auto' | 'light' | 'dark' }) {
  if (theme === 'light') {
    return (
      <Icon>
        <circle cx="8" cy="8" r="3" />
        <path d="M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13" />
      </Icon>
    )
  }
  if (theme === 'dark') {
    return (
      <Icon>
        <path d="M13.6 9.7A6 6 0 0 1 6.3 2.4a6 6 0 1 0 7.3 7.3Z" />
      </Icon>
    )
  }
  return (
    <Icon>
      <circle cx="8" cy="8" r="6.2" />
      <path class="solid" d="M8 1.8a6.2 6.2 0 0 1 0 12.4Z" />
    </Icon>
  )
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M16 5v20M16 11c0 7-8 6-8 14M16 11c0 7 8 6 8 14M4.5 26.5h23" />
    </svg>
  )
}
