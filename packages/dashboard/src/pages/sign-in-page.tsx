/** What somebody without a session sees: the ways to get one. */
export function SignInPage() {
  return (
    <div class="sign-in">
      <h1>Sign in</h1>
      <p>This page shows services only to those who hold a key. There are two ways in:</p>
      <ol>
        <li>
          Open the link that <code>holdfast up</code> printed when the server started. It carries a code and
          looks like this:
          <pre>
            <code>{location.origin}/sign-in?code=…</code>
          </pre>
        </li>
        <li>
          Or make a key of your own with <code>holdfast token create</code>, and open the link that it prints.
        </li>
      </ol>
      <p>
        <button type="button" onClick={() => location.reload()}>
          Look again
        </button>
      </p>
    </div>
  )
}
