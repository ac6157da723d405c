#compdef leapp leapp-exec
# Completion of `leapp` and `leapp-exec` for zsh: the last part of the hook, and by itself what
# `leapp generate completions zsh` prints for packages, as the file `_leapp` on the `fpath`.

# The hook names its own `leapp`; without it, the one on PATH answers.
(( ${+functions[__leapp_switch]} )) || typeset -g __leapp_bin=leapp

# Completes `leapp` and `leapp-exec`. What follows `--` is a command line of its own.
function __leapp_complete {
    local -i separator=${words[(i)--]}
    if (( separator < CURRENT )) && [[ $words[1] == *leapp-exec || $words[2] == exec ]]; then
        shift $separator words
        (( CURRENT -= separator ))
        _normal
        return
    fi
    local -a candidates
    candidates=("${(@f)$("$__leapp_bin" complete -- "${(@)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
    candidates=("${(@)candidates//:/\\:}")
    candidates=("${(@)candidates/$'\t'/:}")
    _describe leapp candidates
}

# The file `_leapp` is itself the function of that name.
[[ ${funcstack[1]-} != _leapp ]] || __leapp_complete
