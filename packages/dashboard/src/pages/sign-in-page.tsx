/** What somebody without a session sees: how to get one. */
export function SignInPage() {
  return (
    <div class="sign-in">
      <h1>Sign in</h1>
      <p>
        Open the link that <code>holdfast up</code> printed when the server started. It carries a code and
        looks like this:
      </p>
      <pre>
        <code>{location.origin}/sign-in?code=…</code>
      </pre>
      <p>The code ends with the server that printed it; after a restart, take the new one.</p>
      <p class="muted">
        The command line and the API take a key instead: <code>holdfast token create</code> makes one.
      </p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          Look again
        </button>
      </p>
    </div>
  )
}
