# What `eval "$(leapp init zsh)"` gives to zsh: `leapp use` and `leapp off`, the session in the prompt,
# its renewal before a command; `completion.zsh` is printed behind it. No process is started for a
# prompt.

# The only lines that are rewritten when this file is printed: the second tells `leapp doctor` which hook
# this is, and in which shell.
typeset -g __leapp_bin='@LEAPP_BIN@'
export LEAPP_HOOK="@LEAPP_HOOK@ $$"

# State is this shell's own: what an environment brings under these names is nobody's. Where the file
# is read a second time it stays.
if ! typeset -f __leapp_prompt >/dev/null; then
    unset __leapp_saved __leapp_previous __leapp_previous_options __leapp_told
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
    local script code=0
    typeset -g __leapp_switching=1
    script=$("$__leapp_bin" "$1" --shell=zsh "${@:2}") || code=$?
    if [[ -z $script && $code -ne 0 ]]; then
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LEAPP_SESSION
        export AWS_PROFILE=leapp-no-credentials
    fi
    eval "$script" || (( code )) || code=1
    # A switch that was left at its question ends in order, and the next prompt tells of it as well.
    (( code == 130 )) || unset __leapp_switching
    return $code
}

function __leapp_use {
    emulate -L zsh
    local __leapp_before code=0 alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    unset __leapp_before
    if [[ ${1-} == - && -n ${__leapp_previous-} ]]; then
        set -- "--begun-with=${__leapp_previous_options-}" "${@:2}" -- "$__leapp_previous"
    fi
    __leapp_switch use "$@" || code=$?
    # Set by what was evaluated, even where that was a failure; not by `--help`.
    if (( ${+__leapp_before} )); then
        (( ${+__leapp_saved} )) || typeset -g __leapp_saved=$__leapp_before
        __leapp_leaves "$alias" "$options"
        __leapp_show
    fi
    return $code
}

function __leapp_off {
    emulate -L zsh
    local __leapp_before code=0 alias=${LEAPP_SESSION-} options=${LEAPP_SESSION_OPTIONS-}
    unset __leapp_before
    __leapp_switch off "$@" || code=$?
    if (( ${+__leapp_before} )); then
        eval "${__leapp_saved-}"
        unset __leapp_saved
        __leapp_leaves "$alias" "$options"
        __leapp_show
    fi
    return $code
}

# Remembers for `leapp use -` which session was left.
function __leapp_leaves {
    [[ -n $1 ]] || return 0
    typeset -g __leapp_previous=$1 __leapp_previous_options=$2
}

# Finds the time and what is left of the session; fails where there is none. Its variables may come
# from anywhere: what is no alias is not shown, and what is no number is never calculated with, for
# zsh would run code that stands in it.
function __leapp_look {
    [[ ${LEAPP_SESSION-} == [A-Za-z0-9]* && $LEAPP_SESSION != *[^A-Za-z0-9._@/+-]* ]] || return 1
    local expiration=${LEAPP_SESSION_EXPIRATION-}
    # By a named profile, and below `leapp-exec --serve`, programs renew by themselves: there is no end.
    typeset -gi __leapp_left=86400
    [[ -n $expiration ]] || return 0
    [[ $expiration != *[^0-9]* && ${#expiration} -lt 12 ]] || return 1
    typeset -gi __leapp_left=$(( 10#$expiration - EPOCHSECONDS ))
}

# Before a prompt.
function __leapp_prompt {
    # Ctrl-C ends the function that waits for a switch, before it could do what a failed one does.
    (( ! ${+__leapp_switching} )) || __leapp_use --cut-off || :
    __leapp_show
}

# LEAPP_PROMPT, plain, for programs that draw prompts, and LEAPP_PS1, in colour, for PROMPT. No character
# of an alias means anything to either. Behind a switch as well, as a function named `precmd` runs before
# all of precmd_functions.
function __leapp_show {
    emulate -L zsh
    typeset -g LEAPP_PS1=
    if ! __leapp_look; then
        unset LEAPP_PROMPT
        return
    fi
    local colour=cyan
    export LEAPP_PROMPT=$LEAPP_SESSION
    if (( __leapp_left <= 0 )); then
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

# Before the command $1: new credentials, if these end soon and nobody has to be asked. It takes two
# seconds at most, and is not tried again for a minute. While AWS_PROFILE is set, the environment is
# somebody else's.
function __leapp_renew {
    emulate -L zsh
    [[ ${1-} != (leapp|leapp *) && -z ${AWS_PROFILE-} ]] && __leapp_look || return 0
    (( __leapp_left < 900 && EPOCHSECONDS >= __leapp_next )) || return 0
    __leapp_next=$(( EPOCHSECONDS + 60 ))
    local __leapp_before script code=0
    script=$("$__leapp_bin" use --shell=zsh --unattended --yes \
        --begun-with="${LEAPP_SESSION_OPTIONS-}" -- "$LEAPP_SESSION" </dev/null 2>/dev/null) ||
        code=$?
    if (( code == 0 )); then
        eval "$script"
    elif (( code == 3 )) && [[ ${__leapp_told-} != "$LEAPP_SESSION_EXPIRATION" ]]; then
        typeset -g __leapp_told=$LEAPP_SESSION_EXPIRATION
        printf 'leapp: %s cannot be renewed without you: leapp use %s\n' \
            "$LEAPP_SESSION" "$LEAPP_SESSION" >&2
    fi
    return 0
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
        # First, so that what draws the prompt finds it.
        precmd_functions=(__leapp_prompt $precmd_functions)
        preexec_functions+=(__leapp_renew)
        precmd_functions+=(__leapp_compdef)
    fi
fi
