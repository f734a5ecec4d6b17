using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures;

/// <summary>Ids of what can be wrong with a picture whose perceptual hash is asked for. Its bytes are looked at all the same.</summary>
internal static class PictureFaults
{
    /// <summary>It cannot be decoded, or is of a kind that is not.</summary>
    public const string Undecodable = "picture.undecodable";

    /// <summary>It has more pixels than are decoded, or needs more memory than there is.</summary>
    public const string TooLarge = "picture.too-large";

    /// <summary>The exception by which a decoder gives up.</summary>
    public static CodecException Damaged(string what) => new(what);

    /// <summary>The fault for what a decoder says.</summary>
    public static Fault Of(CodecException exception) =>
        new(exception.Reason == NotScannedReason.OverBudget ? TooLarge : Undecodable, -1, $"no perceptual hash: {exception.Message}");
}
