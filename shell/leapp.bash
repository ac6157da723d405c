# shellcheck shell=bash disable=SC2034 # LEAPP_PS1 is for the user's PS1
# What `eval "$(leapp init bash)"` gives to bash: `leapp use` and `leapp off`, the session in the
# prompt, its renewal before a command; `completion.bash` is printed behind it. bash 3.2 and newer;
# from 4.2 on, no process is started for a prompt.

# The only lines that are rewritten when this file is printed. The second tells `leapp doctor` which hook
# this is, and in which shell; the third holds the statements of a failed `leapp use`.
__leapp_bin='@LEAPP_BIN@'
export LEAPP_HOOK="@LEAPP_HOOK@ $$"
__leapp_closed='@LEAPP_CLOSED@'

# State belongs to this shell: values that come from the environment are dropped. Where the file is
# read a second time, the state stays.
declare -F __leapp_prompt >/dev/null ||
    unset __leapp_saved __leapp_saved_begun __leapp_begun __leapp_previous __leapp_told __leapp_returning __leapp_traps
unset __leapp_switching __leapp_prompting __leapp_traced __leapp_trapped
__leapp_next=0

# `leapp use` and `leapp off` change this shell; every other verb passes through. The word `function`
# lets the definition survive an alias of that name. Options may come before the verb.
function leapp {
    local verb=1
    while [[ ${!verb-} == -* ]]; do
        verb=$((verb + 1))
    done
    case ${!verb-} in
        use) __leapp_untraced __leapp_use "${@:verb+1}" "${@:1:verb-1}" ;;
        off) __leapp_untraced __leapp_off "${@:verb+1}" "${@:1:verb-1}" ;;
        *) "${__leapp_bin}" "$@" ;;
    esac
}

# Runs a function that handles secrets. `set -x` and `set -v` would print them, and `set -T` would show
# them to a DEBUG trap: these options are off meanwhile.
function __leapp_untraced {
    { __leapp_traced=${__leapp_traced-$-} && set +xvT; } 2>/dev/null
    local code=0
    "$@" || code=$?
    { __leapp_trace_again && return "${code}"; } 2>/dev/null
}

# Sets the options again as they were. A prompt does this as well: Ctrl-C ends the function above.
function __leapp_trace_again {
    local traced=${__leapp_traced-}
    unset __leapp_traced
    [[ ${traced} != *T* ]] || set -T
    [[ ${traced} != *v* ]] || set -v
    [[ ${traced} != *x* ]] || set -x
}

# Evaluates what `leapp VERB` prints, and returns its code. Where it fails it prints what keeps AWS
# programs from finding credentials; where it could not even do that, the same is done here.
function __leapp_switch {
    local script code=0
    __leapp_switching=1
    script=$("${__leapp_bin}" "$1" --shell=bash "${@:2}") || code=$?
    if [[ -z ${script} && ${code} -ne 0 ]]; then
        eval "${__leapp_closed}"
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
        if [[ -z ${__leapp_saved+set} ]]; then
            # A directory that is not left yet would tell of the session before.
            __leapp_saved=${__leapp_returning-${__leapp_before}}
            unset __leapp_returning __leapp_returning_from
            __leapp_saved_begun=('' "${__leapp_begun[1]-}")
        fi
        unset __leapp_begun
        ((code)) || __leapp_begin
        __leapp_leaves "${alias}" "${options}"
    fi
    return "${code}"
}

function __leapp_off {
    local __leapp_before __leapp_returns code=0 alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    __leapp_switch off "$@" || code=$?
    if [[ -n ${__leapp_before+set} ]]; then
        # What stood before, and then what direnv or mise has set in this directory.
        eval "${__leapp_saved-}${__leapp_before}" || :
        unset __leapp_returning __leapp_returning_from
        if [[ -n ${__leapp_returns-} ]]; then
            __leapp_returning=${__leapp_saved-}
            __leapp_returning_from="${DIRENV_DIFF-} ${__MISE_DIFF-}"
        fi
        __leapp_begun=('' "${__leapp_saved_begun[1]-}")
        unset __leapp_saved __leapp_saved_begun
        __leapp_leaves "${alias}" "${options}"
    fi
    return "${code}"
}

# direnv and mise put back what stood before they changed it, when their directory is left. That may be a
# session that was left in the directory: it is left again.
function __leapp_off_again {
    [[ ${__leapp_returning_from} != "${DIRENV_DIFF-} ${__MISE_DIFF-}" ]] || return 0
    local previous=${__leapp_previous-} options=${__leapp_previous_options-}
    __leapp_saved=${__leapp_returning}
    __leapp_untraced __leapp_off || :
    __leapp_previous=${previous} __leapp_previous_options=${options}
}

# Remembers for `leapp use -` which session was left.
function __leapp_leaves {
    [[ -n $1 ]] || return 0
    __leapp_previous=$1 __leapp_previous_options=$2
}

# Remembers that this shell began its session: only then is it renewed. A shell that inherited a session
# has not begun it. The second element holds the proof, as no environment can set it.
function __leapp_begin {
    __leapp_identify
    __leapp_begun=('' "${__leapp_identity}")
}

# What the proof is about: another session, key or option is not what was begun.
function __leapp_identify {
    __leapp_identity="${LEAPP_SESSION-} ${AWS_ACCESS_KEY_ID-} ${LEAPP_SESSION_PROTECTED-} ${LEAPP_SESSION_OPTIONS-}"
}

# LEAPP_EXEC holds the process that `leapp-exec` became, and when. If that is this shell, and a moment
# ago, leapp-exec began the session for it. The limit is for a process id that is used again.
function __leapp_adopt {
    local pid=${LEAPP_EXEC%% *} at=${LEAPP_EXEC##* }
    unset LEAPP_EXEC
    [[ ${pid} == "$$" ]] || return 0
    case ${at} in
        '' | *[!0-9]* | ????????????*) return 0 ;;
        *) __leapp_tell_time ;;
    esac
    ((__leapp_now - 10#${at} > 60)) || __leapp_begin
}

function __leapp_tell_time {
    printf -v __leapp_now '%(%s)T' -1 2>/dev/null || __leapp_now=$(date +%s)
}

# Finds the variable that makes AWS programs use something else than the session. LEAPP_SESSION_USES
# holds the AWS_PROFILE, the AWS_ACCESS_KEY_ID and the AWS_REGION that leapp left, joined by colons.
function __leapp_find_override {
    local uses=${LEAPP_SESSION_USES-}
    __leapp_override=''
    if [[ -z ${uses} ]]; then
        return 0
    fi
    local region=${uses##*:}
    uses=${uses%:*}
    if [[ ${AWS_PROFILE-} != "${uses%:*}" ]]; then
        __leapp_override=AWS_PROFILE
    elif [[ ${AWS_DEFAULT_PROFILE:-${uses%:*}} != "${uses%:*}" ]]; then
        __leapp_override=AWS_DEFAULT_PROFILE
    elif [[ ${AWS_ACCESS_KEY_ID-} != "${uses##*:}" ]]; then
        __leapp_override=AWS_ACCESS_KEY_ID
    elif [[ ${AWS_REGION-} != "${region}" ]]; then
        __leapp_override=AWS_REGION
    fi
}

# Finds the time, what is left of the session and what overrides it; fails where there is no session.
# Its variables may come from anywhere: what is no alias is not shown, and what is no number is never
# calculated with, as bash would run code in it.
function __leapp_look {
    case ${LEAPP_SESSION-} in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._@/+-]*) return 1 ;;
        *) ;;
    esac
    __leapp_find_override
    # By a named profile, and below `leapp-exec --serve`, programs renew by themselves: there is no end.
    __leapp_left=86400
    case ${LEAPP_SESSION_EXPIRATION-} in
        '') return 0 ;;
        *[!0-9]* | ????????????*) return 1 ;;
        *) ;;
    esac
    __leapp_tell_time
    __leapp_left=$((10#${LEAPP_SESSION_EXPIRATION} - __leapp_now))
}

# What the segment depends on, the time apart.
function __leapp_observe {
    __leapp_observed="${LEAPP_SESSION-} ${LEAPP_SESSION_USES-} ${AWS_PROFILE-} ${AWS_DEFAULT_PROFILE-} ${AWS_ACCESS_KEY_ID-} ${AWS_REGION-}"
}

# LEAPP_PROMPT, plain, for programs that draw prompts, and LEAPP_PS1, in colour, for PS1. The bytes 1
# and 2 are `\[` and `\]` after PS1 has been read. Keeps the exit code.
function __leapp_show {
    local code=$? colour=36
    LEAPP_PS1=''
    [[ -z ${__leapp_returning+set} ]] || __leapp_off_again
    __leapp_observe
    __leapp_shown=${__leapp_observed}
    if __leapp_look; then
        export LEAPP_PROMPT=${LEAPP_SESSION}
        if [[ -n ${__leapp_override} ]]; then
            LEAPP_PROMPT+=" overridden by ${__leapp_override}" colour=31
        elif ((__leapp_left <= 0)); then
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

# Before the rest of PROMPT_COMMAND, which may draw the prompt.
function __leapp_prompt {
    local code=$?
    __leapp_prompting=1
    # Ctrl-C ends the function that waits for a switch, before it could do what a failed one does.
    [[ -z ${__leapp_switching-} ]] || __leapp_untraced __leapp_use --cut-off || :
    [[ -z ${__leapp_traced+set} ]] || __leapp_trace_again
    __leapp_show
    [[ ${PROMPT_COMMAND[*]-} != *__leapp_prompted?* ]] || __leapp_be_last
    [[ $- == *e* ]] || return "${code}"
}

# After the rest of PROMPT_COMMAND, which may have changed the environment (direnv, for example), or the
# DEBUG trap. That has just run for this function, if it is still there.
function __leapp_prompted {
    local code=$?
    case ${__leapp_traps-} in
        '') ;;
        watched) __leapp_trap ;;
        *) [[ ${__leapp_trapped-} == __leapp_prompted ]] || __leapp_trap_again ;;
    esac
    __leapp_show
    [[ $- != *e* ]] || code=0
    __leapp_ready "${code}"
}

# The next command is the user's.
function __leapp_ready {
    unset __leapp_prompting __leapp_trapped
    return "$1"
}

# Appends __leapp_prompted to PROMPT_COMMAND. From bash 5.1 on PROMPT_COMMAND may be an array of which
# all elements run; before, only the first one does.
function __leapp_append {
    # shellcheck disable=SC2128,SC2178,SC2179 # it is the one or the other
    if [[ ${!PROMPT_COMMAND[*]} == *[!0]* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        PROMPT_COMMAND+=(__leapp_prompted)
    else
        PROMPT_COMMAND+=$'\n'__leapp_prompted
    fi
}

# Moves __leapp_prompted behind what was appended to PROMPT_COMMAND after it. A `:` takes its old place,
# as a comment may stand before it; no more than one, so that nothing grows.
function __leapp_be_last {
    local at text
    for at in "${!PROMPT_COMMAND[@]}"; do
        text=${PROMPT_COMMAND[at]//__leapp_prompted/:}
        text=${text//$'\n:\n:'/$'\n:'}
        if [[ ${text} == : ]]; then
            unset "PROMPT_COMMAND[${at}]"
        else
            PROMPT_COMMAND[at]=${text}
        fi
    done
    __leapp_append
}

# Before the command $1: new credentials, if these end soon, this shell began the session, and no
# question is needed. It takes two seconds at most, and is not tried again for a minute. What draws the
# prompt is no command, though it makes the DEBUG trap run.
function __leapp_renew {
    [[ -z ${__leapp_prompting-} ]] || return 0
    case ${1-} in
        leapp | leapp\ * | __leapp_*) return 0 ;;
        *)
            [[ -z ${AWS_PROFILE-} ]] && __leapp_look || return 0
            # A region that the user changed is kept.
            [[ -z ${__leapp_override} || ${__leapp_override} == AWS_REGION ]] || return 0
            ;;
    esac
    ((__leapp_left < 900 && __leapp_now >= __leapp_next)) || return 0
    __leapp_next=$((__leapp_now + 60))
    __leapp_identify
    if [[ ${__leapp_begun[1]-} == "${__leapp_identity}" ]]; then
        __leapp_untraced __leapp_renew_now
    else
        __leapp_tell_once "this shell inherited ${LEAPP_SESSION} and does not renew it"
    fi
}

# Gets new credentials. This shell's user confirmed a protected session when it began.
function __leapp_renew_now {
    local __leapp_before script code=0 region=${AWS_REGION-}
    set -- use --shell=bash --unattended --begun-with="${LEAPP_SESSION_OPTIONS-}"
    [[ -z ${LEAPP_SESSION_PROTECTED-} ]] || set -- "$@" --yes
    script=$("${__leapp_bin}" "$@" -- "${LEAPP_SESSION}" </dev/null 2>/dev/null) || code=$?
    if ((code == 0)); then
        eval "${script}"
        if [[ ${__leapp_override} == AWS_REGION ]]; then
            unset AWS_REGION
            [[ -z ${region} ]] || export AWS_REGION=${region}
        fi
        __leapp_begin
    elif ((code == 3)); then
        __leapp_tell_once "${LEAPP_SESSION} cannot be renewed without you"
    fi
}

# Says why there are no new credentials, once for those that end.
function __leapp_tell_once {
    [[ ${__leapp_told-} != "${LEAPP_SESSION_EXPIRATION}" ]] || return 0
    __leapp_told=${LEAPP_SESSION_EXPIRATION}
    printf 'leapp: %s: leapp use %s\n' "$1" "${LEAPP_SESSION}" >&2
}

# Puts __leapp_debug before what the DEBUG trap does. `trap -p` prints a command of four words: trap -- BODY
# DEBUG. It goes through the pipe behind a here-string, where the system lets that be written to: `$(...)`
# would start a process.
function __leapp_trap {
    local words=''
    {
        trap -p DEBUG >|/dev/fd/9 && IFS= read -r -d '' -u 9 words
    } 9<<<'' 2>/dev/null || :
    [[ -n ${words} ]] || words=$(trap -p DEBUG)
    eval "words=(${words})"
    # shellcheck disable=SC2016 # expanded when the trap runs
    [[ ${words[2]-} == *__leapp_debug* ]] ||
        trap -- '__leapp_debug "$_"'"${words[2]:+$'\n'${words[2]}}" DEBUG
}

# Another tool has set a trap of its own since. Only a function that has the trace attribute sees the trap:
# from the next prompt on, __leapp_prompted puts ours back.
function __leapp_trap_again {
    if declare -p preexec_functions &>/dev/null; then
        [[ ${preexec_functions[*]-} == *__leapp_renew* ]] || preexec_functions+=(__leapp_renew)
        unset __leapp_traps
    else
        declare -ft __leapp_prompted
        __leapp_traps=watched
    fi
}

# The DEBUG trap, given `$_`: that and `$?` stay as they were for the trap behind it and the command.
# Under `set -e` a status would end the shell, under `extdebug` it would skip the command. One part of
# PROMPT_COMMAND may have changed what the next one draws.
function __leapp_debug {
    local code=$?
    if [[ $- == *e* ]] || shopt -q extdebug; then
        code=0
    fi
    __leapp_trapped=${BASH_COMMAND}
    __leapp_observe
    [[ ${__leapp_observed} == "${__leapp_shown-}" ]] || __leapp_show
    __leapp_renew "${BASH_COMMAND}"
    : "$1"
    return "${code}"
}

if [[ $- == *i* && ${PROMPT_COMMAND[*]-} != *__leapp_prompt* ]]; then
    if alias leapp &>/dev/null; then
        # shellcheck disable=SC2016 # no backtick here is a command
        echo 'leapp: your alias `leapp` comes before `leapp use`; `unalias leapp` removes it' >&2
    fi
    # Before there is a DEBUG trap, which would look for the proof.
    [[ -z ${LEAPP_EXEC-} ]] || __leapp_adopt
    # First, for what draws the prompt, and last, for what changes the environment.
    # shellcheck disable=SC2128,SC2178 # a string, or the first element
    PROMPT_COMMAND=__leapp_prompt${PROMPT_COMMAND:+$'\n'${PROMPT_COMMAND}}
    __leapp_append
    if declare -p preexec_functions &>/dev/null; then
        preexec_functions+=(__leapp_renew)
        precmd_functions=(__leapp_show ${precmd_functions[@]+"${precmd_functions[@]}"})
    else
        __leapp_traps=yes
        declare -ft __leapp_trap
        __leapp_trap
    fi
fi
