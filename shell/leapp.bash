# shellcheck shell=bash disable=SC2034 # LEAPP_PS1 is for the user's PS1
# What `eval "$(leapp init bash)"` gives to bash: `leapp use` and `leapp off`, the session in the
# prompt, its renewal before a command; `completion.bash` is printed behind it. bash 3.2 and newer;
# from 4.2 on, no process is started for a prompt.

# The only lines that are rewritten when this file is printed: the second tells `leapp doctor` which hook
# this is, and in which shell.
__leapp_bin='@LEAPP_BIN@'
export LEAPP_HOOK="@LEAPP_HOOK@ $$"

# State is this shell's own: what an environment brings under these names is nobody's. Where the file
# is read a second time it stays.
declare -F __leapp_prompt >/dev/null || unset __leapp_saved __leapp_previous __leapp_told
unset __leapp_switching __leapp_prompting
__leapp_next=0

# `leapp use` and `leapp off` change this shell; every other verb passes through. The word `function`
# lets the definition survive an alias of that name. Options may come before the verb.
function leapp {
    local verb=1
    while [[ ${!verb-} == -* ]]; do
        verb=$((verb + 1))
    done
    case ${!verb-} in
        use) __leapp_use "${@:verb+1}" "${@:1:verb-1}" ;;
        off) __leapp_off "${@:verb+1}" "${@:1:verb-1}" ;;
        *) "${__leapp_bin}" "$@" ;;
    esac
}

# Evaluates what `leapp VERB` prints, and returns its code. Where it fails it prints what keeps AWS
# programs from finding credentials; where it could not even do that, the same is done here.
function __leapp_switch {
    local script code=0
    __leapp_switching=1
    script=$("${__leapp_bin}" "$1" --shell=bash "${@:2}") || code=$?
    if [[ -z ${script} && ${code} -ne 0 ]]; then
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LEAPP_SESSION
        export AWS_PROFILE=leapp-no-credentials
    fi
    eval "${script}" || code=$((code > 0 ? code : 1))
    # A switch that was left at its question ends in order, and the next prompt tells of it as well.
    ((code == 130)) || unset __leapp_switching
    return "${code}"
}

function __leapp_use {
    local __leapp_before code=0 alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    if [[ ${1-} == - && -n ${__leapp_previous-} ]]; then
        set -- "--begun-with=${__leapp_previous_options-}" "${@:2}" -- "${__leapp_previous}"
    fi
    __leapp_switch use "$@" || code=$?
    # Set by what was evaluated, even where that was a failure; not by `--help`.
    if [[ -n ${__leapp_before+set} ]]; then
        [[ -n ${__leapp_saved+set} ]] || __leapp_saved=${__leapp_before}
        __leapp_leaves "${alias}" "${options}"
    fi
    return "${code}"
}

function __leapp_off {
    local __leapp_before code=0 alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    __leapp_switch off "$@" || code=$?
    if [[ -n ${__leapp_before+set} ]]; then
        eval "${__leapp_saved-}" || :
        unset __leapp_saved
        __leapp_leaves "${alias}" "${options}"
    fi
    return "${code}"
}

# Remembers for `leapp use -` which session was left.
function __leapp_leaves {
    [[ -n $1 ]] || return 0
    __leapp_previous=$1 __leapp_previous_options=$2
}

# Finds the time and what is left of the session; fails where there is none. Its variables may come
# from anywhere: what is no alias is not shown, and what is no number is never calculated with, for
# bash would run code that stands in it.
function __leapp_look {
    case ${LEAPP_SESSION-} in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._@/+-]*) return 1 ;;
        *) ;;
    esac
    # By a named profile, and below `leapp-exec --serve`, programs renew by themselves: there is no end.
    __leapp_left=86400
    case ${LEAPP_SESSION_EXPIRATION-} in
        '') return 0 ;;
        *[!0-9]* | ????????????*) return 1 ;;
        *) ;;
    esac
    printf -v __leapp_now '%(%s)T' -1 2>/dev/null || __leapp_now=$(date +%s)
    __leapp_left=$((10#${LEAPP_SESSION_EXPIRATION} - __leapp_now))
}

# Before a prompt: LEAPP_PROMPT, plain, for programs that draw prompts, and LEAPP_PS1, in colour, for
# PS1. The bytes 1 and 2 are `\[` and `\]` after PS1 has been read.
function __leapp_prompt {
    local code=$? colour=36
    __leapp_prompting=1 LEAPP_PS1=''
    # Ctrl-C ends the function that waits for a switch, before it could do what a failed one does.
    [[ -z ${__leapp_switching-} ]] || __leapp_use --cut-off || :
    if __leapp_look; then
        export LEAPP_PROMPT=${LEAPP_SESSION}
        if ((__leapp_left <= 0)); then
            LEAPP_PROMPT+=' expired' colour=31
        elif ((__leapp_left <= 900)); then
            LEAPP_PROMPT+=" $(((__leapp_left + 59) / 60))m" colour=33
        fi
        [[ -z ${LEAPP_SESSION_PROTECTED-} ]] || colour=31
        LEAPP_PS1=${LEAPP_PROMPT}
        if [[ -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
            LEAPP_PS1=$'\001\e['${colour}$'m\002'${LEAPP_PROMPT}$'\001\e[0m\002'
        fi
    else
        unset LEAPP_PROMPT
    fi
    # What follows in PROMPT_COMMAND may ask for it; under `set -e` it would end the shell.
    [[ $- == *e* ]] || return "${code}"
}

# Behind the rest of PROMPT_COMMAND: what comes now is a command of the user's.
function __leapp_prompted {
    local code=$?
    unset __leapp_prompting
    [[ $- == *e* ]] || return "${code}"
}

# Before the command $1: new credentials, if these end soon and nobody has to be asked. It takes two
# seconds at most, and is not tried again for a minute. While AWS_PROFILE is set, the environment is
# somebody else's. What draws the prompt is no command, though it makes the DEBUG trap run.
function __leapp_renew {
    local __leapp_before script code=0
    [[ -z ${__leapp_prompting-} ]] || return 0
    case ${1-} in
        leapp | leapp\ * | __leapp_*) return 0 ;;
        *) [[ -z ${AWS_PROFILE-} ]] && __leapp_look || return 0 ;;
    esac
    ((__leapp_left < 900 && __leapp_now >= __leapp_next)) || return 0
    __leapp_next=$((__leapp_now + 60))
    script=$("${__leapp_bin}" use --shell=bash --unattended --yes \
        --begun-with="${LEAPP_SESSION_OPTIONS-}" -- "${LEAPP_SESSION}" </dev/null 2>/dev/null) ||
        code=$?
    if ((code == 0)); then
        eval "${script}"
    elif ((code == 3)) && [[ ${__leapp_told-} != "${LEAPP_SESSION_EXPIRATION}" ]]; then
        __leapp_told=${LEAPP_SESSION_EXPIRATION}
        printf 'leapp: %s cannot be renewed without you: leapp use %s\n' \
            "${LEAPP_SESSION}" "${LEAPP_SESSION}" >&2
    fi
}

# The DEBUG trap, given `$_`: that and `$?` stay as they were for the trap behind it and the command.
# Under `set -e` a status would end the shell, under `extdebug` it would skip the command.
function __leapp_debug {
    local code=$?
    if [[ $- == *e* ]] || shopt -q extdebug; then
        code=0
    fi
    __leapp_renew "${BASH_COMMAND}"
    : "$1"
    return "${code}"
}

if [[ $- == *i* && ${PROMPT_COMMAND[*]-} != *__leapp_prompt* ]]; then
    if alias leapp &>/dev/null; then
        # shellcheck disable=SC2016 # no backtick here is a command
        echo 'leapp: your alias `leapp` comes before `leapp use`; `unalias leapp` removes it' >&2
    fi
    # First, so that what draws the prompt finds it, and last. From bash 5.1 on an array may run, whole;
    # before, only its first element does.
    # shellcheck disable=SC2128,SC2178,SC2179 # it is the one or the other
    if [[ ${!PROMPT_COMMAND[*]} == *[!0]* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        PROMPT_COMMAND=__leapp_prompt${PROMPT_COMMAND:+$'\n'${PROMPT_COMMAND}}
        PROMPT_COMMAND+=(__leapp_prompted)
    else
        PROMPT_COMMAND=__leapp_prompt$'\n'${PROMPT_COMMAND:+${PROMPT_COMMAND}$'\n'}__leapp_prompted
    fi
    if declare -p preexec_functions &>/dev/null; then
        preexec_functions+=(__leapp_renew)
    else
        # `trap -p` prints a command of four words: trap -- BODY DEBUG. It goes through the pipe behind a
        # here-string, where the system lets that be written to: `$(...)` would start a process.
        unset __leapp_trap
        {
            trap -p DEBUG >|/dev/fd/9 && IFS= read -r -d '' -u 9 __leapp_trap
        } 9<<<'' 2>/dev/null || :
        [[ -n ${__leapp_trap-} ]] || __leapp_trap=$(trap -p DEBUG)
        eval "__leapp_trap=(${__leapp_trap})"
        # shellcheck disable=SC2016 # expanded when the trap runs
        trap -- '__leapp_debug "$_"'"${__leapp_trap[2]:+$'\n'${__leapp_trap[2]}}" DEBUG
    fi
fi
