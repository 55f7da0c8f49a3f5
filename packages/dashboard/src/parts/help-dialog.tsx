import { useEffect, useRef } from 'preact/hooks'

const keys: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Find a service'],
  [['j', '↓'], 'Next service'],
  [['k', '↑'], 'Previous service'],
  [['Enter'], 'Open the service'],
  [['Esc'], 'Back to all services; clear the filter'],
  [['1', '2', '3'], 'Show 5 min, 15 min, 1 h'],
  [['←', '→'], 'Walk through the changes while one has the focus'],
  [['t'], 'Colours: as the system, light, dark'],
  [['?'], 'This help'],
]

/** The browser's own modal dialog: it keeps the focus inside, closes on Esc and gives the focus back. */
export function HelpDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  )
}
