#!/bin/sh
# Builds, tests and packs the project in this directory, every step in a sandbox; the host only reads what comes home.
# Ends with 0 and leaves dist/app.tar and report.json, or ends with the status of the step that failed.
set -eu

: "${CLAMSHELL:=clamshell}"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# One field of a step's JSON result: field STEP EXPRESSION.
field() {
  node -e 'const value = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
           console.log(eval("value." + process.argv[2]))' "$results/$1.json" "$2"
}

# A step: its output is ours, its JSON result goes to a descriptor of its own.
step() {
  name=$1
  shift
  printf '== %s\n' "$name"
  status=0
  $CLAMSHELL run -q --json-fd 3 -- "$@" 3>"$results/$name.json" || status=$?
  if [ "$status" -eq 125 ]; then
    echo "clamshell itself failed in step $name; the doctor says:" >&2
    $CLAMSHELL doctor >&2 || true
  fi
  if [ "$status" -ne 0 ]; then
    echo "step $name ended with $status" >&2
    exit "$status"
  fi
}

# The sandbox is ready before the first step, so that the steps' times are their own.
$CLAMSHELL create -q

step build sh -c 'mkdir -p dist && sed "s/@VERSION@/1.2.3/" src/app.sh >dist/app.sh && chmod +x dist/app.sh'
[ "$(field build after.pulled.files)" -ge 1 ] || { echo "the build made nothing" >&2; exit 1; }

step test sh -c 'test "$(dist/app.sh)" = "app 1.2.3"'
[ "$(field test after.pulled.files)" -eq 0 ] || { echo "a test may not change files" >&2; exit 1; }

step pack tar -C dist -cf dist/app.tar app.sh

# Nothing may be left between the two halves, and nothing may have been withheld.
$CLAMSHELL status -q --exit-code || { echo "the halves differ after the last step" >&2; exit 1; }
[ "$(field pack after.withheld.length)" -eq 0 ] || { echo "something stayed in the sandbox" >&2; exit 1; }

# What the host has is what the sandbox packed.
$CLAMSHELL fs cat -q dist/app.tar | cmp - dist/app.tar

{
  printf '{ "archive": "dist/app.tar", "sandbox": "%s", "steps": [' "$(field pack sandbox)"
  printf '"build", "test", "pack"] }\n'
} >report.json

$CLAMSHELL rm -q
echo "== done"
