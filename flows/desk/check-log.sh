#!/usr/bin/env bash
# Checks an audit log with bash, sed, sha256sum and openssl (3 or later), and with nothing of desirelines.
# bash check-log.sh LOG-FOLDER LOG.pub WITNESS.pub [ANCHOR.json ...]
set -euo pipefail
export LC_ALL=C
log=$1/audit.jsonl own=$1/checkpoint.json log_key=$2 witness_key=$3
shift 3
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
hash() { sha256sum | cut -c1-64; }
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<< "$1")"; }   # of hex digits
fails() { echo "FAILS: $1"; exit 1; }

[ -z "$(tail -c 1 "$log")" ] || fails "the log ends in the middle of an entry"
[ "$(tr -d '\0' < "$log" | wc -c)" = "$(wc -c < "$log")" ] || fails "the log holds bytes that no entry may"

# 1. Every checkpoint carries both signatures over its size and its root.
declare -A wanted
for file in "$own" "$@"; do
  form='^.*"root":"([0-9a-f]{64})","signatures":\{"log":"([0-9a-f]{128})","witness":"([0-9a-f]{128})"\},"size":([0-9]+)\}$'
  read -r root by_log by_witness size < <(sed -nE "s/$form/\1 \2 \3 \4/p" "$file") || fails "$file is no checkpoint"
  for role in log witness; do
    if [ $role = log ]; then key=$log_key signature=$by_log; else key=$witness_key signature=$by_witness; fi
    printf 'desirelines audit checkpoint, version 1, %s\n{"root":"%s","size":%s}' "$role" "$root" "$size" > "$work/said"
    bytes "$signature" > "$work/signature"
    openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$work/said" -sigfile "$work/signature" > "$work/answer" ||
      fails "$file is not signed by the $role's key"
  done
  [ "${wanted[$size]:-$root}" = "$root" ] || fails "two checkpoints of $size entries have different roots"
  wanted[$size]=$root
  largest=$(( size > ${largest:-0} ? size : ${largest:-0} ))
done

# 2. Every entry names the digest of the one before it; the Merkle tree (RFC 6962) has the roots that were signed.
previous=$(printf '0%.0s' {1..64}) count=0 subtrees=()
while IFS= read -r line; do
  count=$((count + 1))
  case $line in
    *"\"previous\":\"$previous\",\"run\":"*"\"seq\":$count,"*) ;;
    *) fails "entry $count does not follow the one before it" ;;
  esac
  previous=$( { printf 'desirelines audit entry, version 1\n'; printf '%s' "$line"; } | hash)
  node=$( { printf '\0'; printf '%s' "$line"; } | hash)
  for ((left = count - 1; left & 1; left >>= 1)); do
    node=$( { printf '\1'; bytes "${subtrees[-1]}$node"; } | hash)
    unset 'subtrees[-1]'
  done
  subtrees+=("$node")
  if [ -n "${wanted[$count]:-}" ]; then
    root=${subtrees[-1]}
    for ((nth = ${#subtrees[@]} - 2; nth >= 0; nth--)); do root=$( { printf '\1'; bytes "${subtrees[nth]}$root"; } | hash); done
    [ "$root" = "${wanted[$count]}" ] || fails "the first $count entries are not those that were signed"
  fi
done < "$log"
[ "$count" = "$largest" ] || fails "the log has $count entries, and $largest were signed"
echo "holds: $count entries, head $previous"
