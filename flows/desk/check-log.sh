#!/usr/bin/env bash
# Checks an audit log with bash, sed, od, sha256sum and openssl (3 or later), and with nothing of desirelines.
# bash check-log.sh LOG-FOLDER LOG.pub WITNESS.pub [ANCHOR.json ...] [parties/PARTY.json ...]
set -euo pipefail
export LC_ALL=C
log=$1/audit.jsonl own=$1/checkpoint.json log_pub=$2 witness_pub=$3
shift 3
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
hash() { sha256sum | cut -c1-64; }
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<< "$1")"; }   # of hex digits
fails() { echo "FAILS: $1"; exit 1; }
public() {   # the 32 bytes of a public key's file, in hex
  local der; der=$(openssl pkey -pubin -in "$1" -outform DER | od -An -v -tx1 | tr -d ' \n')
  [[ $der =~ ^302a300506032b6570032100([0-9a-f]{64})$ ]] || return 1
  echo "${BASH_REMATCH[1]}"
}
signed() {   # whether the key $1 made the signature $2 of the text $3
  bytes "302a300506032b6570032100$1" > "$work/key"
  bytes "$2" > "$work/signature"
  printf '%s' "$3" > "$work/said"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/said" -sigfile "$work/signature" > "$work/answer" 2>&1
}
checkpoint() { printf 'desirelines audit checkpoint, version 1, %s\n{"root":"%s","size":%s}' "$1" "$2" "$3"; }
id_of() { bytes "$1" | hash | cut -c1-32; }
name='[a-z][a-z0-9_-]*' key='([0-9a-f]{64})' by='([0-9a-f]{128})'

[ -z "$(tail -c 1 "$log")" ] || fails "the log ends in the middle of an entry"
[ "$(tr -d '\0' < "$log" | wc -c)" = "$(wc -c < "$log")" ] || fails "the log holds bytes that no entry may"

# 1. What was signed: checkpoints, and the public halves of parties. Which keys sign at which length stands in the log.
declare -A wanted trusted halves=() files=()
trusted[log]=$(public "$log_pub") || fails "$log_pub is no public key of Ed25519"
trusted[witness]=$(public "$witness_pub") || fails "$witness_pub is no public key of Ed25519"
[ "${trusted[log]}" != "${trusted[witness]}" ] || fails "the log's key and the witness's key are the same"
points=() largest=0
for file in "$own" "$@"; do
  form='s/^\{"format":"desirelines party 1","mlkem768":"[0-9a-f]*","party":"('$name')","signing":"([0-9a-f]{64})","x25519":"[0-9a-f]*"\}$/\1 \2/p'
  read -r party half < <(sed -nE "$form" "$file"; echo)   # the file itself ends in no line feed
  if [ -n "$party" ]; then halves[$party]=$half files[$party]=$file; continue; fi
  form='^.*"root":"([0-9a-f]{64})","signatures":\{"log":"([0-9a-f]{128})","witness":"([0-9a-f]{128})"\},"size":([0-9]+)\}$'
  read -r root by_log by_witness size < <(sed -nE "s/$form/\1 \2 \3 \4/p" "$file") || fails "$file is no checkpoint"
  [ "${wanted[$size]:-$root}" = "$root" ] || fails "two checkpoints of $size entries have different roots"
  wanted[$size]=$root
  points+=("$size $root $by_log $by_witness $file")
  largest=$(( size > largest ? size : largest ))
done

# 2. A new key of the log or its witness is brought in by the one before it, or, where that is lost, by the other's.
roles=() befores=() afters=() firsts=() vouchers=() places=()
declare -A used=()
at() {   # sets $held: the key that signs, as $1, a log of $2 entries
  local nth; held=
  for nth in "${!roles[@]}"; do
    [ "${roles[nth]}" = "$1" ] || continue
    held=${held:-${befores[nth]}}
    [ "${firsts[nth]}" -gt "$2" ] || held=${afters[nth]}
  done
  held=${held:-${trusted[$1]}}
}
brings_in() {   # $1 role, $2 before, $3 after, $4 voucher or nothing, $5 signature, $6 last signature, $7 size, $8 root, $9 ids
  local word=rotation title='key rotation' nth last=
  [ "$7" = $((count - 1)) ] && [ "$8" = "$(root_of)" ] || fails "entry $count brings a key in for another log"
  for nth in "${!roles[@]}"; do [ "${roles[nth]}" != "$1" ] || last=${afters[nth]}; done
  [ "${last:-$2}" = "$2" ] || fails "entry $count: the key before is not the one that signs by now"
  [ "$3" != "$2" ] && [ "$3" != "$4" ] && [ -z "${used[$3]:-}" ] || fails "entry $count brings in a key that was used before"
  [ "$9" = "$(id_of "$3") $(id_of "$2")" ] || fails "entry $count: an id is not that of its key"
  [ -z "$4" ] || title='log continued'
  signed "${4:-$2}" "$5" "$(printf 'desirelines %s, version 1, %s\n{"after":"%s","before":"%s","root":"%s","size":%s}' "$title" "$1" "$3" "$2" "$8" "$7")" ||
    fails "entry $count: the new key is not signed by the one that may bring it in"
  [ -z "$4" ] || signed "$2" "$6" "$(checkpoint "$1" "$8" "$7")" || fails "entry $count: the lost key did not sign the log so far"
  used[$2]=1 used[$3]=1
  roles+=("$1") befores+=("$2") afters+=("$3") vouchers+=("$4") places+=("$count")
  if [ -n "$4" ]; then firsts+=("$count"); else firsts+=($((count + 1))); fi
}
ids='"key_id":"([0-9a-f]+)",' old='"previous_key_id":"([0-9a-f]+)","previous_public_key":"'$key'","public_key":"'$key'","root":"'$key'","signature":"'$by'","size":([0-9]+),"use":"(log|witness)"'
head='^\{"action":"[a-z_]+",[^{}]*,"facts":\{'
rotated=$head'"key":"'$name'",'$ids$old'\},"previous":'
continued=$head'"key":"'$name'",'$ids'"last_signature":"'$by'",'$old',"voucher":"'$key'"\},"previous":'

# 3. Where parties hand the log on, each signs its turn with a key of its own and writes of its own zones alone.
declare -A keeper=() party_key=() owner=()
holder='' first=0 next='' project='' turns=()
registered=$head'"party":"('$name')","project":"('$name')","public_key":"'$key'","signature":"'$by'","zones":\[(("'$name'",?)+)\]\},"previous":'
ended=$head'"first":([0-9]+),"party":"('$name')","project":"('$name')","receiver":"('$name')","root":"'$key'","signature":"'$by'","size":([0-9]+)\},"previous":'
passed=$head'"container":"[0-9a-f]{64}","log_kind":"log","number":([0-9]+),"receiver":"('$name')","sender":"('$name')"\},"previous":'
party_entry() {
  local m zone due='' each said=' "format":"desirelines statement 1",'
  [[ $line =~ \"zone\":\"($name)\"\}$ ]] || fails "entry $count has no zone"
  zone=${BASH_REMATCH[1]}
  case $line in
    '{"action":"party_registered"'*)
      [[ $line =~ $registered ]] || fails "entry $count is malformed"
      m=("${BASH_REMATCH[@]}")
      [ "${holder:-${m[1]}}" = "${m[1]}" ] && [ "${project:-${m[2]}}" = "${m[2]}" ] || fails "entry $count registers another than whose turn it is"
      [ "${owner[${m[3]}]:-${m[1]}}" = "${m[1]}" ] || fails "entry $count registers a key that is another's"
      signed "${m[3]}" "${m[4]}" "{\"decision\":\"party_registered\",${said# }\"party\":\"${m[1]}\",\"project\":\"${m[2]}\",\"public_key\":\"${m[3]}\",\"zones\":[${m[5]}]}" ||
        fails "entry $count is not signed with the key that it registers"
      for each in "${!keeper[@]}"; do [ "${keeper[$each]}" != "${m[1]}" ] || unset "keeper[$each]"; done
      for each in $(tr -d '"' <<< "${m[5]//,/ }"); do
        [ -z "${keeper[$each]:-}" ] || fails "entry $count registers a zone of another party"
        case $each in run | custody | exchange) fails "entry $count registers a zone that is nobody's" ;; esac
        keeper[$each]=${m[1]}
      done
      party_key[${m[1]}]=${m[3]} owner[${m[3]}]=${m[1]} project=${m[2]}
      [ -n "$holder" ] || { holder=${m[1]} first=$count; } ;;
    '{"action":"turn_signed"'*)
      [[ $line =~ $ended ]] || fails "entry $count is malformed"
      m=("${BASH_REMATCH[@]}")
      [ "${m[2]} ${m[1]} ${m[7]} ${m[3]}" = "$holder $first $((count - 1)) $project" ] || fails "entry $count signs for another turn"
      [ "${m[4]}" != "$holder" ] || fails "entry $count: a party has no turn after its own"
      [ "${m[5]}" = "$(root_of)" ] || fails "entry $count: the party signed its turn for another log"
      signed "${party_key[$holder]:-$(printf '0%.0s' {1..64})}" "${m[6]}" "{\"decision\":\"turn_signed\",\"first\":${m[1]},${said# }\"party\":\"${m[2]}\",\"project\":\"${m[3]}\",\"receiver\":\"${m[4]}\",\"root\":\"${m[5]}\",\"size\":${m[7]}}" ||
        fails "entry $count is not signed with the party's own key"
      next="${m[4]} $count"
      turns[first]="turn of $holder: entries $first to $count, signed with its own key" ;;
    '{"action":"taken_over"'*'"log_kind":'*)
      [[ $line =~ $passed ]] || fails "entry $count is malformed"
      m=("${BASH_REMATCH[@]}")
      [ "${m[1]}" = $((count - 1)) ] && [ "${holder:-${m[3]}}" = "${m[3]}" ] || fails "entry $count: another party had the log"
      [ -z "$project" ] || [ "$next" = "${m[2]} $((count - 1))" ] || fails "entry $count: the party before did not sign its turn for this one"
      holder=${m[2]} first=$count
      due=${keeper[$zone]:-$holder}
      [ "$due" = "$holder" ] || fails "entry $count is said in a zone of another party"
      return ;;
  esac
  [ -n "$project" ] || return 0
  due=
  case $line in
    '{"action":"linked"'*) due=linkage ;;
    '{"action":"measured"'* | '{"action":"extracted"'*) due=analysis ;;
    '{"action":"protected"'* | '{"action":"attacked"'* | '{"action":"staged"'* | '{"action":"approved"'* | '{"action":"refused"'* | '{"action":"published"'* | '{"action":"withdrawn"'*) due=publication ;;
    '{"action":"received"'* | '{"action":"validated"'* | '{"action":"encoded"'* | '{"action":"eras'*)
      [[ $line =~ $head\"body\":\"($name)\" ]] || fails "entry $count is malformed"
      due=${BASH_REMATCH[1]} ;;
  esac
  [ "${due:-$zone}" = "$zone" ] || fails "entry $count is of another zone than $zone"
  case $zone in run | custody | exchange) return 0 ;; esac
  [ "${keeper[$zone]:-}" = "$holder" ] || fails "entry $count was written in the turn of $holder, which does not keep the zone $zone"
}

# 4. Every entry names the digest of the one before it; the Merkle tree (RFC 6962) has the roots that were signed.
root_of() {
  local root nth
  [ ${#subtrees[@]} -gt 0 ] || { printf '' | hash; return; }
  root=${subtrees[-1]}
  for ((nth = ${#subtrees[@]} - 2; nth >= 0; nth--)); do root=$( { printf '\1'; bytes "${subtrees[nth]}$root"; } | hash); done
  echo "$root"
}
previous=$(printf '0%.0s' {1..64}) count=0 subtrees=()
while IFS= read -r line; do
  count=$((count + 1))
  case $line in
    *"\"previous\":\"$previous\",\"run\":"*"\"seq\":$count,"*) ;;
    *) fails "entry $count does not follow the one before it" ;;
  esac
  case $line in
    '{"action":"key_rotated",'*'"public_key":'*)
      [[ $line =~ $rotated ]] || fails "entry $count is malformed"
      m=("${BASH_REMATCH[@]}")
      brings_in "${m[8]}" "${m[3]}" "${m[4]}" '' "${m[6]}" '' "${m[7]}" "${m[5]}" "${m[1]} ${m[2]}" ;;
    '{"action":"log_continued",'*)
      [[ $line =~ $continued ]] || fails "entry $count is malformed"
      m=("${BASH_REMATCH[@]}")
      brings_in "${m[9]}" "${m[4]}" "${m[5]}" "${m[10]}" "${m[7]}" "${m[2]}" "${m[8]}" "${m[6]}" "${m[1]} ${m[3]}" ;;
  esac
  party_entry
  previous=$( { printf 'desirelines audit entry, version 1\n'; printf '%s' "$line"; } | hash)
  node=$( { printf '\0'; printf '%s' "$line"; } | hash)
  for ((left = count - 1; left & 1; left >>= 1)); do
    node=$( { printf '\1'; bytes "${subtrees[-1]}$node"; } | hash)
    unset 'subtrees[-1]'
  done
  subtrees+=("$node")
  if [ -n "${wanted[$count]:-}" ]; then
    [ "$(root_of)" = "${wanted[$count]}" ] || fails "the first $count entries are not those that were signed"
  fi
done < "$log"
[ "$count" = "$largest" ] || fails "the log has $count entries, and $largest were signed"

# 5. The keys that you hold are the log's, of whatever time; every checkpoint carries both signatures of its own time.
notes=()
for role in log witness; do
  found='' brought=''
  if [ $role = log ]; then other=witness; else other=log; fi
  for nth in "${!roles[@]}"; do
    [ "${roles[nth]}" = $role ] || continue
    [ -n "$brought" ] || [ "${befores[nth]}" != "${trusted[$role]}" ] || found=yes
    [ "${afters[nth]}" != "${trusted[$role]}" ] || [ "${firsts[nth]}" -gt "$largest" ] || found=yes
    brought=yes
    at $other "${places[nth]}"
    [ -z "${vouchers[nth]}" ] || [ "${vouchers[nth]}" = "$held" ] || fails "entry ${places[nth]}: a key that was not the $other's vouched for another"
    [ -z "${vouchers[nth]}" ] || notes+=("note: the $role's key was lost; at entry ${places[nth]} the $other's key alone vouched for the next")
  done
  [ -z "$brought$found" ] || [ -n "$found" ] || fails "the log is not signed by the $role's key that you hold, nor by one it brought in"
done
for point in "${points[@]}"; do
  read -r size root by_log by_witness file <<< "$point"
  for role in log witness; do
    if [ $role = log ]; then signature=$by_log; else signature=$by_witness; fi
    at $role "$size"
    signed "$held" "$signature" "$(checkpoint $role "$root" "$size")" || fails "$file is not signed by the $role's key"
  done
done

# 6. Whose turns they were.
for party in "${!halves[@]}"; do
  [ "${party_key[$party]:-${halves[$party]}}" = "${halves[$party]}" ] || fails "the turns of $party are not signed with the key of ${files[$party]}"
done
[ "${#notes[@]}" = 0 ] || printf '%s\n' "${notes[@]}"
[ "${#turns[@]}" = 0 ] || printf '%s\n' "${turns[@]}"
[ -z "$project" ] || [ "${next##* }" = "$count" ] || echo "turn of $holder: entries $first to $count, not signed yet"
for party in "${!party_key[@]}"; do
  if [ -n "${files[$party]:-}" ]; then echo "key of $party: compare its fingerprint by telephone: $(hash < "${files[$party]}" | cut -c1-32 | sed 's/..../& /g')"
  else echo "key of $party: not compared; give this script parties/$party.json"; fi
done
echo "holds: $count entries, head $previous"
