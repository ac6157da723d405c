# What `eval "$(leapp init zsh)"` gives to zsh: `leapp use` and `leapp off`, the session in the prompt,
# its renewal before a command; `completion.zsh` is printed behind it. No process is started for a
# prompt.

# The only lines that are rewritten when this file is printed. The second tells `leapp doctor` which hook
# this is, and in which shell; the third holds the statements of a failed `leapp use`.
typeset -g __leapp_bin='@LEAPP_BIN@'
export LEAPP_HOOK="@LEAPP_HOOK@ $$"
typeset -g __leapp_closed='@LEAPP_CLOSED@'

# State belongs to this shell: values that come from the environment are dropped. Where the file is
# read a second time, the state stays.
if ! typeset -f __leapp_prompt >/dev/null; then
    unset __leapp_saved __leapp_saved_begun __leapp_begun
    unset __leapp_previous __leapp_previous_options __leapp_told
    unset __leapp_returning __leapp_returning_from
fi
unset __leapp_switching
typeset -gi __leapp_next=0

# `leapp use` and `leapp off` change this shell; every other verb passes through. The word `function`
# lets the definition survive an alias of that name. Options may come before the verb.
function leapp {
    local -i verb=1
    while [[ ${(P)verb-} == -* ]]; do
        verb+=1
    done
    case ${(P)verb-} in
        use) __leapp_use "${@:$((verb + 1))}" "${@:1:$((verb - 1))}" ;;
        off) __leapp_off "${@:$((verb + 1))}" "${@:1:$((verb - 1))}" ;;
        *) "$__leapp_bin" "$@" ;;
    esac
}

# Evaluates what `leapp VERB` prints, and returns its code. Where it fails it prints what keeps AWS
# programs from finding credentials; where it could not even do that, the same is done here.
function __leapp_switch {
    { setopt local_options no_xtrace no_verbose; } 2>/dev/null
    local script code=0
    typeset -g __leapp_switching=1
    script=$("$__leapp_bin" "$1" --shell=zsh "${@:2}") || code=$?
    if [[ -z $script && $code -ne 0 ]]; then
        eval "$__leapp_closed"
    fi
    eval "$script" || (( code )) || code=1
    # A switch that was left at its question ends in order, and the next prompt tells of it as well.
    (( code == 130 )) || unset __leapp_switching
    return $code
}

# Secrets are in the values here: a trace would print them, and show them to a DEBUG trap.
function __leapp_use {
    emulate -L zsh
    { setopt no_xtrace no_verbose && trap - DEBUG; } 2>/dev/null
    local __leapp_before code=0 alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    unset __leapp_before
    if [[ ${1-} == - && -n ${__leapp_previous-} ]]; then
        set -- "--begun-with=${__leapp_previous_options-}" "${@:2}" -- "$__leapp_previous"
    fi
    __leapp_switch use "$@" || code=$?
    # Set by what was evaluated, even where that was a failure; not by `--help`.
    if (( ${+__leapp_before} )); then
        if (( ! ${+__leapp_saved} )); then
            # A directory that is not left yet would tell of the session before.
            typeset -g __leapp_saved=${__leapp_returning-$__leapp_before}
            unset __leapp_returning __leapp_returning_from
            [[ ${(t)__leapp_begun-} != array ]] || typeset -ga __leapp_saved_begun=($__leapp_begun)
        fi
        unset __leapp_begun
        (( code )) || __leapp_begin
        __leapp_leaves "$alias" "$options"
        __leapp_show
    fi
    return $code
}

function __leapp_off {
    emulate -L zsh
    { setopt no_xtrace no_verbose && trap - DEBUG; } 2>/dev/null
    local __leapp_before __leapp_returns code=0
    local alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    unset __leapp_before
    __leapp_switch off "$@" || code=$?
    if (( ${+__leapp_before} )); then
        # What stood before, and then what direnv or mise has set in this directory.
        eval "${__leapp_saved-}$__leapp_before"
        unset __leapp_returning __leapp_returning_from
        if [[ -n ${__leapp_returns-} ]]; then
            typeset -g __leapp_returning=${__leapp_saved-}
            typeset -g __leapp_returning_from="${DIRENV_DIFF-} ${__MISE_DIFF-}"
        fi
        unset __leapp_begun
        [[ ${(t)__leapp_saved_begun-} != array ]] || typeset -ga __leapp_begun=($__leapp_saved_begun)
        unset __leapp_saved __leapp_saved_begun
        __leapp_leaves "$alias" "$options"
        __leapp_show
    fi
    return $code
}

# direnv and mise put back what stood before they changed it, when their directory is left. That may be a
# session that was left in the directory: it is left again.
function __leapp_off_again {
    local previous=${__leapp_previous-} options=${__leapp_previous_options-}
    typeset -g __leapp_saved=$__leapp_returning
    __leapp_off || :
    typeset -g __leapp_previous=$previous __leapp_previous_options=$options
}

# Remembers for `leapp use -` which session was left.
function __leapp_leaves {
    [[ -n $1 ]] || return 0
    typeset -g __leapp_previous=$1 __leapp_previous_options=$2
}

# Remembers that this shell began its session: only then is it renewed. A shell that inherited a session
# has not begun it. The proof is an array, as no environment can set one.
function __leapp_begin {
    __leapp_identify
    typeset -ga __leapp_begun=("$__leapp_identity")
}

# What the proof is about: another session, key or option is not what was begun.
function __leapp_identify {
    typeset -g __leapp_identity="${LEAPP_SESSION-} ${AWS_ACCESS_KEY_ID-} ${LEAPP_SESSION_PROTECTED-} ${LEAPP_SESSION_OPTIONS-}"
}

# LEAPP_EXEC holds the process that `leapp-exec` became, and when. If that is this shell, and a moment
# ago, leapp-exec began the session for it. The limit is for a process id that is used again.
function __leapp_adopt {
    local pid=${LEAPP_EXEC%% *} at=${LEAPP_EXEC##* }
    unset LEAPP_EXEC
    [[ $pid == $$ && -n $at && $at != *[^0-9]* && ${#at} -lt 12 ]] || return 0
    (( EPOCHSECONDS - 10#$at > 60 )) || __leapp_begin
}

# Finds the variable that makes AWS programs use something else than the session. LEAPP_SESSION_USES
# holds the AWS_PROFILE, the AWS_ACCESS_KEY_ID and the AWS_REGION that leapp left, joined by colons.
function __leapp_find_override {
    local uses=${LEAPP_SESSION_USES-}
    typeset -g __leapp_override=
    if [[ -z $uses ]]; then
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
    elif [[ ${AWS_REGION-} != "$region" ]]; then
        __leapp_override=AWS_REGION
    fi
}

# Finds the time, what is left of the session and what overrides it; fails where there is no session.
# Its variables may come from anywhere: what is no alias is not shown, and what is no number is never
# calculated with, as zsh would run code in it.
function __leapp_look {
    [[ ${LEAPP_SESSION-} == [A-Za-z0-9]* && $LEAPP_SESSION != *[^A-Za-z0-9._@/+-]* ]] || return 1
    local expiration=${LEAPP_SESSION_EXPIRATION-}
    __leapp_find_override
    # By a named profile, and below `leapp-exec --serve`, programs renew by themselves: there is no end.
    typeset -gi __leapp_left=86400
    [[ -n $expiration ]] || return 0
    [[ $expiration != *[^0-9]* && ${#expiration} -lt 12 ]] || return 1
    typeset -gi __leapp_left=$(( 10#$expiration - EPOCHSECONDS ))
}

# Before the other precmd_functions, which may draw the prompt.
function __leapp_prompt {
    # Ctrl-C ends the function that waits for a switch, before it could do what a failed one does.
    (( ! ${+__leapp_switching} )) || __leapp_use --cut-off || :
    __leapp_show
    # Others may have appended themselves.
    if [[ ${precmd_functions[(I)__leapp_prompted]} -gt 0 && $precmd_functions[-1] != __leapp_prompted ]]; then
        precmd_functions=(${precmd_functions:#__leapp_prompted} __leapp_prompted)
    fi
}

# After the other precmd_functions, which may have changed the environment (direnv, for example).
function __leapp_prompted {
    __leapp_show
}

# LEAPP_PROMPT, plain, for programs that draw prompts, and LEAPP_PS1, in colour, for PROMPT. No character
# of an alias means anything to either. Behind a switch as well, as a function named `precmd` runs before
# all of precmd_functions.
function __leapp_show {
    emulate -L zsh
    typeset -g LEAPP_PS1=
    # Shows the session by itself.
    if (( ${+__leapp_returning} )) && [[ $__leapp_returning_from != "${DIRENV_DIFF-} ${__MISE_DIFF-}" ]]; then
        __leapp_off_again
        return
    fi
    if ! __leapp_look; then
        unset LEAPP_PROMPT
        return
    fi
    local colour=cyan
    export LEAPP_PROMPT=$LEAPP_SESSION
    if [[ -n $__leapp_override ]]; then
        LEAPP_PROMPT+=" overridden by $__leapp_override" colour=red
    elif (( __leapp_left <= 0 )); then
        LEAPP_PROMPT+=' expired' colour=red
    elif (( __leapp_left <= 900 )); then
        LEAPP_PROMPT+=" $(( (__leapp_left + 59) / 60 ))m" colour=yellow
    fi
    [[ -z ${LEAPP_SESSION_PROTECTED-} ]] || colour=red
    LEAPP_PS1=$LEAPP_PROMPT
    if [[ -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
        LEAPP_PS1="%F{$colour}$LEAPP_PROMPT%f"
    fi
}

# Before the command $1: new credentials, if these end soon, this shell began the session, and no
# question is needed. It takes two seconds at most, and is not tried again for a minute.
function __leapp_renew {
    emulate -L zsh
    [[ ${1-} != (leapp|leapp *) && -z ${AWS_PROFILE-} ]] && __leapp_look || return 0
    # A region that the user changed is kept.
    [[ -z $__leapp_override || $__leapp_override == AWS_REGION ]] || return 0
    (( __leapp_left < 900 && EPOCHSECONDS >= __leapp_next )) || return 0
    __leapp_next=$(( EPOCHSECONDS + 60 ))
    __leapp_identify
    if [[ ${(t)__leapp_begun-} == array && ${__leapp_begun[1]-} == "$__leapp_identity" ]]; then
        __leapp_renew_now
    else
        __leapp_tell_once "this shell inherited $LEAPP_SESSION and does not renew it"
    fi
    return 0
}

# Gets new credentials. This shell's user confirmed a protected session when it began.
function __leapp_renew_now {
    emulate -L zsh
    { setopt no_xtrace no_verbose && trap - DEBUG; } 2>/dev/null
    local __leapp_before script code=0 region=${AWS_REGION-}
    script=$("$__leapp_bin" use --shell=zsh --unattended ${LEAPP_SESSION_PROTECTED:+--yes} \
        --begun-with="${LEAPP_SESSION_OPTIONS-}" -- "$LEAPP_SESSION" </dev/null 2>/dev/null) ||
        code=$?
    if (( code == 0 )); then
        eval "$script"
        if [[ $__leapp_override == AWS_REGION ]]; then
            unset AWS_REGION
            [[ -z $region ]] || export AWS_REGION=$region
        fi
        __leapp_begin
    elif (( code == 3 )); then
        __leapp_tell_once "$LEAPP_SESSION cannot be renewed without you"
    fi
}

# Says why there are no new credentials, once for those that end.
function __leapp_tell_once {
    [[ ${__leapp_told-} != "$LEAPP_SESSION_EXPIRATION" ]] || return 0
    typeset -g __leapp_told=$LEAPP_SESSION_EXPIRATION
    printf 'leapp: %s: leapp use %s\n' "$1" "$LEAPP_SESSION" >&2
}

# `compinit` may come later in the start-up file than this.
function __leapp_compdef {
    precmd_functions=(${precmd_functions:#__leapp_compdef})
    (( ! ${+functions[compdef]} )) || compdef __leapp_complete leapp leapp-exec
}

if [[ -o interactive ]]; then
    zmodload zsh/datetime
    typeset -ga precmd_functions preexec_functions
    if (( ! ${precmd_functions[(I)__leapp_prompt]} )); then
        if alias leapp >/dev/null; then
            echo 'leapp: your alias `leapp` comes before `leapp use`; `unalias leapp` removes it' >&2
        fi
        # First, for what draws the prompt, and last, for what changes the environment.
        precmd_functions=(__leapp_prompt $precmd_functions __leapp_compdef __leapp_prompted)
        preexec_functions+=(__leapp_renew)
    fi
    [[ -z ${LEAPP_EXEC-} ]] || __leapp_adopt
fi
