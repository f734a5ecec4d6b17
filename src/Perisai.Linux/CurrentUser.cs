using Perisai.Linux.Interop;

namespace Perisai.Linux;

/// <summary>Whose rights this process has.</summary>
public static class CurrentUser
{
    /// <summary>The effective user id.</summary>
    public static uint Id => LibC.EffectiveUser();
}
